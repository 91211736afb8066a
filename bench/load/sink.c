#include "sink.h"
#include "protobuf.h"
#include "rivulet-messages.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/** A frame is closed once it has this much; the gateway's limit is far above. */
#define SINK_FRAME_BYTES ((size_t)64 << 10)
#define READ_BYTES 4096
/** How long the opening may take. */
#define OPEN_TIMEOUT_MS 5000

enum { FROM_GATEWAY_REPLY = 3 };
enum { REPLY_PUBLISH_REFUSED = 7, REPLY_REFUSED = 9, REPLY_PONG = 12 };

static bool dial(Sink *sink) {
  uint32_t port = sink->rivulet ? sink->options->port : sink->options->ingest_port;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  const char *host = sink->options->host;
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) die("--host=%s is not an address", host);
  int one = 1;
  sink->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (sink->socket < 0) die("socket: %s", strerror(errno));
  setsockopt(sink->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(sink->socket, (struct sockaddr *)&address, sizeof address) == 0) return true;
  close(sink->socket);
  return false;
}

/** Reads until the answer to the upgrade is complete; keeps what came behind it. */
static bool upgrade(Sink *sink) {
  char request[512];
  size_t length = websocket_request(request, sizeof request, sink->options, "/ws", "rivulet.v1");
  if (send(sink->socket, request, length, MSG_NOSIGNAL) != (ssize_t)length) return false;
  for (;;) {
    struct pollfd ready = {.fd = sink->socket, .events = POLLIN};
    if (poll(&ready, 1, OPEN_TIMEOUT_MS) <= 0) return false;
    bytes_reserve(&sink->in, READ_BYTES);
    ssize_t count = recv(sink->socket, sink->in.data + sink->in.length, READ_BYTES, 0);
    if (count <= 0) return false;
    sink->in.length += (size_t)count;
    size_t head = 0;
    Upgrade answer = websocket_answer(sink->in.data, sink->in.length, "rivulet.v1", &head);
    if (answer == UPGRADE_REFUSED) return false;
    if (answer == UPGRADE_WAITING) continue;
    bytes_drop_front(&sink->in, head);
    return true;
  }
}

static void begin_frame(Sink *sink) {
  sink->sending = false;
  sink->sent_from = 0;
  if (sink->rivulet) websocket_begin(&sink->out);
  else sink->out.length = 0;
}

static bool is_empty(const Sink *sink) { return sink->out.length <= (sink->rivulet ? WEBSOCKET_HEADER_MAX : 0); }

bool sink_open(Sink *sink, const Options *options, bool rivulet, bool with_aliases) {
  *sink = (Sink){.options = options, .rivulet = rivulet, .socket = -1};
  if (!dial(sink)) return false;
  if (rivulet && !upgrade(sink)) {
    close(sink->socket);
    return false;
  }
  fcntl(sink->socket, F_SETFL, fcntl(sink->socket, F_GETFL) | O_NONBLOCK);
  uint32_t topics = topics_total(options);
  sink->aliases = !with_aliases ? 0 : topics < ALIASES_MAX ? topics : ALIASES_MAX;
  sink->aliased = allocate(topics, 1);
  begin_frame(sink);
  if (!rivulet) return true;
  // Big frames may follow only once the gateway has said welcome. [PROTOCOL 1.9]
  put_hello(&sink->out, options, NULL);
  if (sink_settle(sink, OPEN_TIMEOUT_MS * NS_PER_MS)) return true;
  sink_close(sink);
  return false;
}

void sink_close(Sink *sink) {
  close(sink->socket);
  bytes_free(&sink->out);
  bytes_free(&sink->in);
  free(sink->aliased);
  sink->aliased = NULL;
  sink->socket = -1;
}

bool sink_has_room(const Sink *sink) { return !sink->sending && sink->out.length < SINK_FRAME_BYTES; }

void sink_add(Sink *sink, uint32_t topic, const uint8_t *value, size_t length) {
  if (!sink->rivulet) {
    uint32_t header[2] = {topic, (uint32_t)length};
    bytes_append(&sink->out, header, sizeof header);
    bytes_append(&sink->out, value, length);
    return;
  }
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

static void read_reply(Sink *sink, Cursor reply) {
  uint64_t tag;
  Cursor message;
  while (read_varint(&reply, &tag) && read_bytes(&reply, &message)) {
    if (tag >> 3 == REPLY_PUBLISH_REFUSED || tag >> 3 == REPLY_REFUSED) sink->refused++;
    if (tag >> 3 == REPLY_PONG) sink->pongs++;
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

/** Handles whole frames; false once the server closed. */
static bool read_frames(Sink *sink) {
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

static bool receive(Sink *sink) {
  for (;;) {
    bytes_reserve(&sink->in, READ_BYTES);
    ssize_t count = recv(sink->socket, sink->in.data + sink->in.length, READ_BYTES, 0);
    if (count < 0 && errno == EAGAIN) return true;
    if (count <= 0) return false;
    sink->in.length += (size_t)count;
    if (!sink->rivulet) sink->in.length = 0;
    else if (!read_frames(sink)) return false;
  }
}

SinkState sink_flush(Sink *sink) {
  if (!receive(sink)) return SINK_BROKEN;
  if (!sink->sending) {
    if (is_empty(sink)) return SINK_FREE;
    sink->sent_from = sink->rivulet ? websocket_seal(&sink->out, OPCODE_BINARY) : 0;
    sink->sending = true;
  }
  while (sink->sent_from < sink->out.length) {
    ssize_t count =
        send(sink->socket, sink->out.data + sink->sent_from, sink->out.length - sink->sent_from, MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) return SINK_FULL;
    if (count <= 0) return SINK_BROKEN;
    sink->sent_from += (size_t)count;
  }
  begin_frame(sink);
  return SINK_FREE;
}

static bool wait_and_flush(Sink *sink, uint64_t until) {
  struct pollfd ready = {.fd = sink->socket, .events = POLLIN | (sink->sending ? POLLOUT : 0)};
  uint64_t now = now_ns();
  if (now >= until) return false;
  poll(&ready, 1, (int)((until - now) / NS_PER_MS) + 1);
  return sink_flush(sink) != SINK_BROKEN;
}

bool sink_settle(Sink *sink, uint64_t timeout_ns) {
  uint64_t until = now_ns() + timeout_ns;
  while (sink->sending) {
    if (!wait_and_flush(sink, until)) return false;
  }
  if (!sink->rivulet) return true;
  // An answered ping means that all before it was handled, since fields take effect in their order. [PROTOCOL 1.4]
  uint32_t pongs = sink->pongs;
  put_ping(&sink->out, 1);
  if (sink_flush(sink) == SINK_BROKEN) return false;
  while (sink->pongs == pongs) {
    if (!wait_and_flush(sink, until)) return false;
  }
  return true;
}
