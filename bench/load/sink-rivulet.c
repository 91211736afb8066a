// The publisher's side of a Rivulet session: what is added until it leaves is one frame of many publishes.
#include "protobuf.h"
#include "rivulet-messages.h"
#include "sink-upgrade.h"
#include <string.h>
#include <sys/socket.h>

/** Aliases that one link may bind (`aliasesMax` of the gateway); topics beyond it are named by their path each time. */
#define ALIASES_MAX 65535u
/** How long the opening may take. */
#define OPEN_TIMEOUT_NS (5 * NS_PER_SECOND)

enum { FROM_GATEWAY_REPLY = 3 };
enum { REPLY_PUBLISH_REFUSED = 7, REPLY_REFUSED = 9, REPLY_PONG = 12 };

static void ask(Sink *sink) { put_ping(&sink->out, 1); }

/** Big frames may follow only once the gateway has said welcome. [PROTOCOL 1.9] */
static bool greet(Sink *sink) {
  uint64_t until = now_ns() + OPEN_TIMEOUT_NS;
  uint32_t topics = topics_total(sink->options);
  sink->aliases = !sink->with_aliases ? 0 : topics < ALIASES_MAX ? topics : ALIASES_MAX;
  sink->aliased = allocate(topics, 1);
  if (!sink_upgrade(sink, "/ws", "rivulet.v1", until)) return false;
  put_hello(&sink->out, sink->options, NULL);
  return sink_settle(sink, until);
}

static void add(Sink *sink, uint32_t topic, const uint8_t *value, size_t length) {
  char path[PATH_BYTES_MAX];
  Publication publication = {.type = payload_type(sink->options), .value = value, .length = length};
  if (topic < sink->aliases) publication.alias = topic + 1;
  if (!sink->aliased[topic]) {
    topic_path(sink->options, topic, path);
    publication.path = path;
    sink->aliased[topic] = publication.alias > 0;
  }
  put_publish(&sink->out, &publication);
}

static size_t seal(Bytes *out) { return websocket_seal(out, OPCODE_BINARY); }

/** An answered ping means that all before it was handled, since fields take effect in their order. [PROTOCOL 1.4] */
static void read_reply(Sink *sink, Cursor reply) {
  uint64_t tag;
  Cursor message;
  while (read_varint(&reply, &tag) && read_bytes(&reply, &message)) {
    if (tag >> 3 == REPLY_PUBLISH_REFUSED || tag >> 3 == REPLY_REFUSED) sink->refused++;
    if (tag >> 3 == REPLY_PONG) sink->answers++;
  }
}

static void send_pong(Sink *sink, const WebSocketFrame *ping) {
  Bytes pong = {0};
  websocket_begin(&pong);
  bytes_append(&pong, ping->payload, ping->length);
  size_t begin = websocket_seal(&pong, OPCODE_PONG);
  // Between two frames only: half a frame may be on its way, and a pong can wait for the next ping.
  if (!sink->sending) (void)!send(sink->socket, pong.data + begin, pong.length - begin, MSG_NOSIGNAL);
  bytes_free(&pong);
}

static bool received(Sink *sink) {
  WebSocketFrame frame;
  size_t used = 0, size;
  bool open = true;
  while (open && (size = websocket_read(sink->in.data + used, sink->in.length - used, &frame)) > 0) {
    used += size;
    Cursor cursor = {frame.payload, frame.payload + frame.length};
    uint64_t tag;
    Cursor part;
    open = frame.opcode != OPCODE_CLOSE;
    if (frame.opcode == OPCODE_PING) send_pong(sink, &frame);
    if (frame.opcode != OPCODE_BINARY) continue;
    while (read_varint(&cursor, &tag) && read_bytes(&cursor, &part)) {
      if (tag >> 3 == FROM_GATEWAY_REPLY) read_reply(sink, part);
    }
  }
  bytes_drop_front(&sink->in, used);
  return open;
}

const SinkDialect sink_rivulet = {
    .header_bytes = WEBSOCKET_HEADER_MAX,
    .greet = greet,
    .add = add,
    .seal = seal,
    .received = received,
    .ask = ask,
};
