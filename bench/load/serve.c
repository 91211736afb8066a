#include "serve.h"
#include "connection.h"
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#define EVENTS_MAX 1024
/** Between two looks at the sockets: what comes meanwhile waits. A look for each write has the server wake this thread with each. */
#define GATHER_NS (NS_PER_MS / 10)
/** Between two looks at what is due by time. */
#define TICK_NS (2 * NS_PER_MS)

static const Dialect *const dialects[] = {&dialect_rivulet, &dialect_plain,     &dialect_socket_io, &dialect_mqtt,
                                          &dialect_sse,     &dialect_plain_sse, &dialect_nchan,     &dialect_http};

static const Dialect *find_dialect(const char *name) {
  for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++) {
    if (strcmp(dialects[i]->name, name) == 0) return dialects[i];
  }
  die("--dialect=%s is not known", name);
}

/** A socket for each subscriber and publisher. */
static void allow_files(uint32_t count) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  rlim_t wanted = (rlim_t)count + 64;
  if (limit.rlim_cur >= wanted) return;
  if (limit.rlim_max < wanted) limit.rlim_max = wanted;
  limit.rlim_cur = wanted;
  if (setrlimit(RLIMIT_NOFILE, &limit) < 0) die("%u connections need more open files: %s", count, strerror(errno));
}

void load_start(Load *load, Options options) {
  *load = (Load){.options = options, .dialect = find_dialect(options.dialect), .random = options.seed};
  allow_files(options.subscribers + options.publishers);
  wake_on_time();
  load->epoll = epoll_create1(EPOLL_CLOEXEC);
  load->buffer = allocate(BUFFER_BYTES, 1);
  load->connections = allocate(options.subscribers, sizeof(Connection));
  payload_start(&load->payload, &load->options, topics_total(&load->options));
  for (uint32_t i = 0; i < options.subscribers; i++) {
    Connection *connection = &load->connections[i];
    *connection = (Connection){.load = load, .id = i, .socket = -1};
    if (options.track) connection->readings = allocate(topics_read(&load->options), sizeof(Reading));
  }
}

static void dial_due(Load *load, uint64_t now) {
  if (!load->options.keep) return;
  for (uint32_t i = 0; i < load->begun; i++) {
    Connection *connection = &load->connections[i];
    if (connection->dial_at > 0 && connection->dial_at <= now) connection_dial(connection);
  }
}

void load_serve(Load *load, int timeout_ms) {
  static uint64_t next_look = 0, next_tick = 0;
  struct epoll_event events[EVENTS_MAX];
  sleep_until(next_look);
  int count = epoll_wait(load->epoll, events, EVENTS_MAX, timeout_ms);
  next_look = now_ns() + GATHER_NS;
  for (int i = 0; i < count; i++) connection_ready_to(events[i].data.ptr, events[i].events);
  uint64_t now = now_ns();
  if (now < next_tick) return;
  next_tick = now + TICK_NS;
  dial_due(load, now);
  if (load->dialect->tick != NULL) load->dialect->tick(load, now);
}

static bool is_live(const Connection *connection) {
  return connection->state == CONNECTION_READY && !connection->stalled;
}

uint32_t load_live(const Load *load) {
  uint32_t live = 0;
  for (uint32_t i = 0; i < load->begun; i++) live += is_live(&load->connections[i]);
  return live;
}

uint64_t load_stale(const Load *load) {
  uint64_t stale = 0;
  uint32_t topics = topics_read(&load->options);
  for (uint32_t i = 0; i < load->begun && load->options.track; i++) {
    const Connection *connection = &load->connections[i];
    if (!is_live(connection)) continue;
    uint32_t first = topics_first(&load->options, i);
    for (uint32_t k = 0; k < topics; k++) stale += connection->readings[k].sequence != load->payload.newest[first + k];
  }
  return stale;
}
