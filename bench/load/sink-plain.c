// The publisher's side of a rival that has no protocol for publishes: over TCP the topic (4 bytes, little-endian), the length
// (4) and the value, again and again.
#include "sink.h"

static void add(Sink *sink, uint32_t topic, const uint8_t *value, size_t length) {
  uint32_t header[2] = {topic, (uint32_t)length};
  bytes_append(&sink->out, header, sizeof header);
  bytes_append(&sink->out, value, length);
}

static bool received(Sink *sink) {
  sink->in.length = 0;
  return true;
}

const SinkDialect sink_plain = {.has_own_port = true, .add = add, .received = received};
