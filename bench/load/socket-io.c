// socket.io, protocol 5 over Engine.IO 4, WebSocket only. Text frames begin with Engine.IO's type:
//
//   0{…} open   2 ping   3 pong   40{…} connected to the main namespace   42["update","VALUE"] an event
#include "connection.h"
#include "delivery.h"
#include <stdio.h>
#include <string.h>

#define EVENT_BEFORE "42[\"update\",\""
#define EVENT_BEHIND "\"]"

static void request_path(const Connection *connection, char *out, size_t size) {
  (void)connection;
  snprintf(out, size, "/socket.io/?EIO=4&transport=websocket");
}

static void send_text(Connection *connection, const char *text) {
  Bytes *frame = &connection->load->scratch;
  websocket_begin(frame);
  bytes_append(frame, text, strlen(text));
  connection_send(connection, frame, OPCODE_TEXT);
}

static void opened(Connection *connection) { (void)connection; }

/** A value of our stamped text needs no escapes in JSON, so that it stands in the frame as it is. */
static void event_was_received(Connection *connection, const uint8_t *text, size_t length) {
  const size_t before = strlen(EVENT_BEFORE), behind = strlen(EVENT_BEHIND);
  Load *load = connection->load;
  bool known = length >= before + STAMP_BYTES + behind && memcmp(text, EVENT_BEFORE, before) == 0;
  uint32_t topic = known ? stamp_read(text + before).topic : UINT32_MAX;
  if (topic >= topics_read(&load->options)) {
    load->tally.corrupt++;
    return;
  }
  load->tally.values++;
  delivery_record(connection, &connection->readings[topic], topic, text + before, length - before - behind, false);
}

static void received(Connection *connection, const WebSocketFrame *frame) {
  const uint8_t *text = frame->payload;
  if (frame->length >= 2 && text[0] == '4' && text[1] == '2') {
    event_was_received(connection, text, frame->length);
  } else if (frame->length >= 2 && text[0] == '4' && text[1] == '0') {
    connection_is_ready(connection);
  } else if (frame->length >= 1 && text[0] == '2') {
    send_text(connection, "3");
  } else if (frame->length >= 1 && text[0] == '0') {
    send_text(connection, "40");
  } else {
    connection->load->tally.corrupt++;
  }
}

const Dialect dialect_socket_io = {
    .name = "socket.io",
    .sink = &sink_plain,
    .request_path = request_path,
    .opened = opened,
    .received = received,
};
