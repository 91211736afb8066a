// A plain WebSocket rival: each message is one value, as it was published.
#include "connection.h"
#include "delivery.h"
#include <stdio.h>

static void request_path(const Connection *connection, char *out, size_t size) {
  const Options *options = &connection->load->options;
  snprintf(out, size, "/?first=%u&count=%u", topics_first(options, connection->id), topics_read(options));
}

static void received(Connection *connection, const WebSocketFrame *frame) {
  Load *load = connection->load;
  if (frame->length < payload_stamp_at(&load->options) + STAMP_BYTES) {
    load->tally.corrupt++;
    return;
  }
  uint32_t topic = stamp_read(frame->payload + payload_stamp_at(&load->options)).topic;
  uint32_t index = topic - topics_first(&load->options, connection->id);
  if (index >= topics_read(&load->options)) {
    load->tally.misrouted++;
    return;
  }
  load->tally.values++;
  delivery_record(connection, &connection->readings[index], topic, frame->payload, frame->length, false);
}

const Dialect dialect_plain = {
    .name = "plain",
    .sink = &sink_plain,
    .request_path = request_path,
    .opened = connection_is_ready,
    .received = received,
};
