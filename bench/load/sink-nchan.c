// A publisher of nchan: a WebSocket to the channel's location, on which each text message is one publish, answered by another that says
// how many readers there are.
#include "sink-upgrade.h"
#include "topics.h"
#include <stdio.h>

#define OPEN_TIMEOUT_NS (5 * NS_PER_SECOND)
#define FRAME_HEADER_BYTES 6u
#define SHORT_BYTES_MAX 125u

/** One publisher, one channel: that is all that the bench with nchan wants. */
static bool greet(Sink *sink) {
  char path[PATH_BYTES_MAX], location[PATH_BYTES_MAX + 16];
  if (topics_total(sink->options) != 1) die("nchan is published to with --topics=1 only");
  if (sink->options->size > SHORT_BYTES_MAX) die("nchan is published to with --size=%u at most", SHORT_BYTES_MAX);
  topic_path(sink->options, 0, path);
  snprintf(location, sizeof location, "/publish/%s", path);
  return sink_upgrade(sink, location, NULL, now_ns() + OPEN_TIMEOUT_NS);
}

/** A frame with a masking key of zero, as `websocket_seal` explains; several leave with one write. */
static void add(Sink *sink, uint32_t topic, const uint8_t *value, size_t length) {
  (void)topic;
  uint8_t header[FRAME_HEADER_BYTES] = {0x80 | OPCODE_TEXT, (uint8_t)(0x80 | length)};
  bytes_append(&sink->out, header, sizeof header);
  bytes_append(&sink->out, value, length);
  sink->in_flight++;
}

static bool received(Sink *sink) {
  WebSocketFrame frame;
  size_t used = 0, size;
  bool open = true;
  while (open && (size = websocket_read(sink->in.data + used, sink->in.length - used, &frame)) > 0) {
    used += size;
    open = frame.opcode != OPCODE_CLOSE;
    if (frame.opcode == OPCODE_PONG) sink->answers++;
    if (frame.opcode == OPCODE_TEXT && sink->in_flight > 0) sink->in_flight--;
  }
  bytes_drop_front(&sink->in, used);
  return open;
}

static void ask(Sink *sink) {
  uint8_t ping[FRAME_HEADER_BYTES] = {0x80 | OPCODE_PING, 0x80};
  bytes_append(&sink->out, ping, sizeof ping);
}

const SinkDialect sink_nchan = {.greet = greet, .add = add, .received = received, .ask = ask};
