#include "connection.h"
#include "random.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/** What a peer that reads nothing may leave unsent here before it is given up. */
#define UNSENT_BYTES_MAX ((size_t)1 << 20)
/** A lost connection is dialled again after a random time up to this, doubled at each try up to the maximum. */
#define RETRY_NS (500 * NS_PER_MS)
#define RETRY_NS_MAX (4 * NS_PER_SECOND)

static void watch(Connection *connection, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  if (epoll_ctl(connection->load->epoll, operation, connection->socket, &event) < 0) die("epoll: %s", strerror(errno));
}

void connection_dial(Connection *connection) {
  const Options *options = &connection->load->options;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options->port)};
  if (inet_pton(AF_INET, options->host, &address.sin_addr) != 1) die("--host=%s is not an address", options->host);
  int one = 1;
  connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connection->socket < 0) die("socket: %s", strerror(errno));
  setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  connection->dial_at = 0;
  connection->dials++;
  connection->state = CONNECTION_DIALLING;
  watch(connection, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
  int result = connect(connection->socket, (struct sockaddr *)&address, sizeof address);
  if (result < 0 && errno != EINPROGRESS) connection_lose(connection);
}

void connection_lose(Connection *connection) {
  Load *load = connection->load;
  if (connection->state == CONNECTION_CLOSED) return;
  if (connection->state == CONNECTION_READY) {
    load->ready--;
    load->tally.lost++;
    connection->dials = 0;
  }
  // Waiting for it would take until the time-out and tell nobody why.
  bool hopeless = connection->state != CONNECTION_READY && !load->options.keep;
  if (hopeless) die("the server closed connection %u before it was ready", connection->id);
  close(connection->socket);
  connection->socket = -1;
  connection->state = CONNECTION_CLOSED;
  connection->blocked = false;
  connection->pending.length = connection->unsent.length = 0;
  if (!load->options.keep) return;
  uint64_t longest = RETRY_NS << (connection->dials < 3 ? connection->dials : 3);
  if (longest > RETRY_NS_MAX) longest = RETRY_NS_MAX;
  connection->dial_at = now_ns() + random_next(&load->random) % longest;
}

void connection_redial(Connection *connection) {
  connection_lose(connection);
  connection_dial(connection);
}

void connection_is_ready(Connection *connection) {
  if (connection->state == CONNECTION_READY) return;
  connection->state = CONNECTION_READY;
  connection->load->ready++;
}

void connection_stall(Connection *connection) {
  connection->stalled = true;
  watch(connection, EPOLL_CTL_DEL, 0);
}

/** Sends what is left over; true once all has gone. */
static bool send_unsent(Connection *connection) {
  ssize_t sent = send(connection->socket, connection->unsent.data, connection->unsent.length, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) {
    connection_lose(connection);
    return false;
  }
  if (sent > 0) bytes_drop_front(&connection->unsent, (size_t)sent);
  return connection->unsent.length == 0;
}

static void send_bytes(Connection *connection, const uint8_t *data, size_t length) {
  if (connection->state == CONNECTION_CLOSED) return;
  ssize_t sent = 0;
  if (connection->unsent.length == 0) {
    sent = send(connection->socket, data, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
      connection_lose(connection);
      return;
    }
    if (sent < 0) sent = 0;
  }
  if ((size_t)sent == length) return;
  bytes_append(&connection->unsent, data + sent, length - (size_t)sent);
  if (connection->unsent.length > UNSENT_BYTES_MAX) {
    connection_lose(connection);
  } else if (!connection->blocked && !connection->stalled) {
    connection->blocked = true;
    watch(connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
  }
}

void connection_send_bytes(Connection *connection, const uint8_t *data, size_t length) {
  connection->load->tally.bytes_up += length;
  send_bytes(connection, data, length);
}

void connection_send(Connection *connection, Bytes *frame, uint8_t opcode) {
  size_t begin = websocket_seal(frame, opcode);
  connection_send_bytes(connection, frame->data + begin, frame->length - begin);
}

static void open_websocket(Connection *connection) {
  char path[128], request[512];
  const Dialect *dialect = connection->load->dialect;
  connection->state = CONNECTION_UPGRADING;
  dialect->request_path(connection, path, sizeof path);
  size_t length = websocket_request(request, sizeof request, &connection->load->options, path, dialect->subprotocol);
  send_bytes(connection, (const uint8_t *)request, length);
}

static void dialled(Connection *connection) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(connection->socket, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    if (!connection->load->options.keep) die("connect: %s", strerror(error));
    connection_lose(connection);
    return;
  }
  watch(connection, EPOLL_CTL_MOD, EPOLLIN);
  if (connection->load->dialect->take == NULL) {
    open_websocket(connection);
    return;
  }
  connection->state = CONNECTION_OPENING;
  connection->load->dialect->opened(connection);
}

/** Reads the server's answer to the upgrade; returns the bytes used. */
static size_t upgraded(Connection *connection, const uint8_t *data, size_t length) {
  Load *load = connection->load;
  size_t head = 0;
  switch (websocket_answer(data, length, load->dialect->subprotocol, &head)) {
    case UPGRADE_WAITING: return 0;
    case UPGRADE_REFUSED:
      if (!load->options.keep) die("the server refused: %.*s", (int)(length < 160 ? length : 160), (const char *)data);
      load->tally.refused++;
      connection_lose(connection);
      return 0;
    default:
      connection->state = CONNECTION_OPENING;
      load->dialect->opened(connection);
      return head;
  }
}

static void close_was_received(Connection *connection, const WebSocketFrame *frame) {
  uint32_t code = frame->length >= 2 ? (uint32_t)(frame->payload[0] << 8 | frame->payload[1]) : 1005;
  if (!connection->load->options.keep) {
    int reason = frame->length > 2 ? (int)frame->length - 2 : 0;
    fprintf(stderr, "load: connection %u was closed with %u %.*s\n", connection->id, code, reason,
            (const char *)frame->payload + 2);
  }
  connection_lose(connection);
}

static void frame_was_received(Connection *connection, const WebSocketFrame *frame) {
  Load *load = connection->load;
  if (frame->opcode == OPCODE_PING) {
    websocket_begin(&load->scratch);
    bytes_append(&load->scratch, frame->payload, frame->length);
    connection_send(connection, &load->scratch, OPCODE_PONG);
  } else if (frame->opcode == OPCODE_CLOSE) {
    close_was_received(connection, frame);
  } else if (frame->opcode != OPCODE_PONG) {
    load->dialect->received(connection, frame);
  }
}

static size_t take_frame(Connection *connection, const uint8_t *data, size_t length) {
  WebSocketFrame frame;
  size_t size = websocket_read(data, length, &frame);
  if (size > 0) frame_was_received(connection, &frame);
  return size;
}

/** Handles all that is complete; returns the bytes used. */
static size_t parse(Connection *connection, const uint8_t *data, size_t length) {
  Load *load = connection->load;
  const Dialect *dialect = load->dialect;
  size_t (*take)(Connection *, const uint8_t *, size_t) = dialect->take != NULL ? dialect->take : take_frame;
  size_t used = connection->state == CONNECTION_UPGRADING ? upgraded(connection, data, length) : 0;
  bool within = load->read_at >= load->window_from && load->read_at < load->window_to;
  while (connection->state >= CONNECTION_OPENING) {
    size_t size = take(connection, data + used, length - used);
    if (size == 0) break;
    used += size;
    if (within) load->tally.frames++;
  }
  if (dialect->read_through != NULL) dialect->read_through(connection);
  return used;
}

/**
 * Where the next bytes go: behind what is pending, in the shared buffer, unless that is already a big part of a big
 * frame.
 */
static uint8_t *place_to_read(Connection *connection, size_t *room) {
  Bytes *pending = &connection->pending;
  if (pending->length > BUFFER_BYTES / 2) {
    bytes_reserve(pending, BUFFER_BYTES);
    *room = BUFFER_BYTES;
    return pending->data + pending->length;
  }
  if (pending->length > 0) memcpy(connection->load->buffer, pending->data, pending->length);
  *room = BUFFER_BYTES - pending->length;
  return connection->load->buffer + pending->length;
}

static void keep_rest(Connection *connection, bool in_pending, size_t used, size_t length) {
  Bytes *pending = &connection->pending;
  if (connection->state == CONNECTION_CLOSED) return;
  if (in_pending) {
    pending->length = length;
    bytes_drop_front(pending, used);
  } else {
    pending->length = 0;
    bytes_append(pending, connection->load->buffer + used, length - used);
  }
}

static void read_more(Connection *connection) {
  Load *load = connection->load;
  size_t room, before = connection->pending.length;
  bool in_pending = before > BUFFER_BYTES / 2;
  uint8_t *place = place_to_read(connection, &room);
  ssize_t count = recv(connection->socket, place, room, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    connection_lose(connection);
    return;
  }
  load->read_at = now_ns();
  if (load->read_at >= load->window_from && load->read_at < load->window_to) {
    load->tally.bytes += (uint64_t)count;
    load->tally.reads++;
  }
  size_t length = before + (size_t)count;
  size_t used = parse(connection, place - before, length);
  keep_rest(connection, in_pending, used, length);
}

void connection_ready_to(Connection *connection, uint32_t events) {
  if (connection->state == CONNECTION_CLOSED || connection->stalled) return;
  if (connection->state == CONNECTION_DIALLING) {
    dialled(connection);
    return;
  }
  if (connection->blocked && (events & EPOLLOUT) && send_unsent(connection)) {
    connection->blocked = false;
    watch(connection, EPOLL_CTL_MOD, EPOLLIN);
  }
  if (connection->state != CONNECTION_CLOSED && (events & (EPOLLIN | EPOLLHUP | EPOLLERR))) read_more(connection);
}
