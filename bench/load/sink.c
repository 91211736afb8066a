#include "sink.h"
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

/** What was gathered leaves once it is this much; the limit of any server for a frame is far above. */
#define GATHERED_BYTES ((size_t)64 << 10)
#define READ_BYTES 4096

static bool dial(Sink *sink) {
  const Options *options = sink->options;
  uint32_t port = sink->dialect->has_own_port ? options->ingest_port : options->port;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, options->host, &address.sin_addr) != 1) die("--host=%s is not an address", options->host);
  int one = 1;
  sink->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (sink->socket < 0) die("socket: %s", strerror(errno));
  setsockopt(sink->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(sink->socket, (struct sockaddr *)&address, sizeof address) < 0) return false;
  fcntl(sink->socket, F_SETFL, fcntl(sink->socket, F_GETFL) | O_NONBLOCK);
  return true;
}

static void begin(Sink *sink) {
  sink->sending = false;
  sink->out.length = 0;
  bytes_reserve(&sink->out, sink->dialect->header_bytes);
  sink->out.length = sink->dialect->header_bytes;
}

static bool is_empty(const Sink *sink) { return sink->out.length == sink->dialect->header_bytes; }

bool sink_open(Sink *sink, const Options *options, const SinkDialect *dialect, uint32_t number, bool with_aliases) {
  *sink = (Sink){.options = options, .dialect = dialect, .number = number, .with_aliases = with_aliases};
  sink->in_flight_max = UINT32_MAX;
  bool open = dial(sink);
  if (open) begin(sink);
  if (open && (dialect->greet == NULL || dialect->greet(sink))) return true;
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

bool sink_has_room(const Sink *sink) {
  return !sink->sending && sink->out.length < GATHERED_BYTES && sink->in_flight < sink->in_flight_max;
}

void sink_add(Sink *sink, uint32_t topic, const uint8_t *value, size_t length) {
  sink->dialect->add(sink, topic, value, length);
}

static bool receive(Sink *sink) {
  for (;;) {
    bytes_reserve(&sink->in, READ_BYTES);
    ssize_t count = recv(sink->socket, sink->in.data + sink->in.length, READ_BYTES, 0);
    if (count < 0 && errno == EAGAIN) return true;
    if (count <= 0) return false;
    sink->in.length += (size_t)count;
    if (!sink->dialect->received(sink)) return false;
    if (count < READ_BYTES) return true;
  }
}

static SinkState state_once_sent(const Sink *sink) {
  return sink->in_flight < sink->in_flight_max ? SINK_FREE : SINK_FULL;
}

SinkState sink_flush(Sink *sink) {
  if (!sink->is_unanswered && !receive(sink)) return SINK_BROKEN;
  if (!sink->sending) {
    if (is_empty(sink)) return state_once_sent(sink);
    sink->sent_from = sink->dialect->seal != NULL ? sink->dialect->seal(&sink->out) : 0;
    sink->sending = true;
  }
  while (sink->sent_from < sink->out.length) {
    ssize_t count =
        send(sink->socket, sink->out.data + sink->sent_from, sink->out.length - sink->sent_from, MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) return SINK_FULL;
    if (count <= 0) return SINK_BROKEN;
    sink->sent_from += (size_t)count;
  }
  begin(sink);
  return state_once_sent(sink);
}

void sink_wait(const Sink *sink, uint64_t until) {
  struct pollfd ready = {.fd = sink->socket, .events = (short)(POLLIN | (sink->sending ? POLLOUT : 0))};
  uint64_t now = now_ns();
  if (now < until) poll(&ready, 1, (int)((until - now) / NS_PER_MS) + 1);
}

bool sink_await_answer(Sink *sink, uint64_t until) {
  uint32_t answers = sink->answers;
  for (;;) {
    if (sink_flush(sink) == SINK_BROKEN) return false;
    if (sink->answers != answers && sink->in_flight == 0) return true;
    if (now_ns() >= until) return false;
    sink_wait(sink, until);
  }
}

bool sink_settle(Sink *sink, uint64_t until) {
  while (sink->sending) {
    if (now_ns() >= until) return false;
    sink_wait(sink, until);
    if (sink_flush(sink) == SINK_BROKEN) return false;
  }
  if (sink->dialect->ask == NULL) return true;
  sink->is_unanswered = false;
  sink->dialect->ask(sink);
  return sink_await_answer(sink, until);
}
