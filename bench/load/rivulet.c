// The client half of a Rivulet session: hello, subscriptions, replies, acknowledgements, signs of life.
#include "connection.h"
#include "rivulet-messages.h"
#include "rivulet-update.h"
#include <stdio.h>
#include <string.h>

enum { FROM_GATEWAY_UPDATE = 1, FROM_GATEWAY_STANDING = 2, FROM_GATEWAY_REPLY = 3 };
enum { REPLY_WELCOME = 1, REPLY_SYNCED = 3, REPLY_RESYNCHRONISED = 4, REPLY_UNSUBSCRIBED = 5, REPLY_REFUSED = 9 };
enum { START_NEW = 0 };

typedef struct Welcome {
  uint64_t start;
  uint64_t keep_alive;
  uint64_t acknowledge_bytes;
  uint64_t acknowledge_ms;
  Cursor token;
  Cursor epoch;
} Welcome;

static void request_path(const Connection *connection, char *out, size_t size) {
  (void)connection;
  snprintf(out, size, "/ws");
}

static void send_frame(Connection *connection) {
  connection->session.heard = now_ns();
  connection_send(connection, &connection->load->scratch, OPCODE_BINARY);
}

static void opened(Connection *connection) {
  RivuletSession *session = &connection->session;
  session->received = session->acknowledged = session->acknowledged_at = 0;
  Bytes *frame = &connection->load->scratch;
  websocket_begin(frame);
  put_hello(frame, &connection->load->options, session->token_length > 0 ? session : NULL);
  send_frame(connection);
}

static void subscribe(Connection *connection) {
  const Options *options = &connection->load->options;
  char selector[PATH_BYTES_MAX];
  Bytes *frame = &connection->load->scratch;
  connection->session.unsynced = selectors_count(options);
  websocket_begin(frame);
  for (uint32_t i = 0; i < connection->session.unsynced; i++) {
    selector_print(options, connection->id, i, selector);
    put_subscribe(frame, options, i + 1, selector);
  }
  send_frame(connection);
}

static bool read_welcome(Cursor message, Welcome *welcome) {
  uint64_t tag;
  while (message.at < message.end) {
    bool read = read_varint(&message, &tag);
    switch (tag) {
      case 2 << 3 | WIRE_VARINT: read = read && read_varint(&message, &welcome->start); break;
      case 4 << 3 | WIRE_BYTES: read = read && read_bytes(&message, &welcome->token); break;
      case 5 << 3 | WIRE_BYTES: read = read && read_bytes(&message, &welcome->epoch); break;
      case 7 << 3 | WIRE_VARINT: read = read && read_varint(&message, &welcome->keep_alive); break;
      case 10 << 3 | WIRE_VARINT: read = read && read_varint(&message, &welcome->acknowledge_bytes); break;
      case 11 << 3 | WIRE_VARINT: read = read && read_varint(&message, &welcome->acknowledge_ms); break;
      default: read = read && skip_field(&message, (uint32_t)tag & 7);
    }
    if (!read) return false;
  }
  return cursor_length(welcome->token) <= TOKEN_BYTES_MAX && cursor_length(welcome->epoch) <= EPOCH_BYTES_MAX;
}

/** Topic ids and versions are those of an epoch: in another one everything starts from nothing. */
static void begin_epoch(Connection *connection, const Welcome *welcome) {
  Load *load = connection->load;
  RivuletSession *session = &connection->session;
  session->epoch_length = (uint8_t)cursor_length(welcome->epoch);
  memcpy(session->epoch, welcome->epoch.at, session->epoch_length);
  bool same_length = load->epoch_length == session->epoch_length;
  if (same_length && memcmp(load->epoch, session->epoch, load->epoch_length) == 0) return;
  load->epoch_length = session->epoch_length;
  memcpy(load->epoch, session->epoch, load->epoch_length);
  update_forget_ids(load);
}

static void forget_readings(Connection *connection) {
  if (connection->readings == NULL) return;
  for (uint32_t i = 0; i < topics_read(&connection->load->options); i++) {
    Reading *reading = &connection->readings[i];
    reading->offset = reading->length = reading->sequence = 0;
    reading->bound = false;
  }
}

static bool welcomed(Connection *connection, Cursor message) {
  Welcome welcome = {0};
  if (!read_welcome(message, &welcome)) return false;
  RivuletSession *session = &connection->session;
  session->acknowledge_bytes = welcome.acknowledge_bytes > 0 ? welcome.acknowledge_bytes : 16384;
  session->acknowledge_ns = (welcome.acknowledge_ms > 0 ? welcome.acknowledge_ms : 100) * NS_PER_MS;
  session->keep_alive_ns = welcome.keep_alive * NS_PER_MS;
  session->token_length = (uint8_t)cursor_length(welcome.token);
  if (session->token_length > 0) memcpy(session->token, welcome.token.at, session->token_length);
  begin_epoch(connection, &welcome);
  if (welcome.start == START_NEW) {
    session->offset = session->held_count = 0;
    forget_readings(connection);
    subscribe(connection);
  } else {
    connection_is_ready(connection);
  }
  return true;
}

/** Reads a Standing or a Position, which have the same shape but for their numbers. */
static bool read_position(RivuletSession *session, Cursor message, uint32_t offset_field, uint32_t held_field) {
  session->held_count = 0;
  while (message.at < message.end) {
    uint64_t tag, number;
    Cursor held;
    if (!read_varint(&message, &tag)) return false;
    if (tag == (offset_field << 3 | WIRE_VARINT)) {
      if (!read_varint(&message, &session->offset)) return false;
    } else if (tag == (held_field << 3 | WIRE_BYTES)) {
      if (!read_bytes(&message, &held) || session->held_count == HELD_MAX) return false;
      Held *entry = &session->held[session->held_count++];
      *entry = (Held){0};
      while (held.at < held.end) {
        if (!read_varint(&held, &tag) || !read_varint(&held, &number)) return false;
        if (tag >> 3 == 1) entry->topic = (uint32_t)number;
        else entry->offset = number;
      }
    } else if (!skip_field(&message, (uint32_t)tag & 7)) {
      return false;
    }
  }
  return true;
}

static bool synced(Connection *connection, Cursor message) {
  RivuletSession *session = &connection->session;
  while (message.at < message.end) {
    uint64_t tag;
    Cursor position;
    if (!read_varint(&message, &tag)) return false;
    if (tag == (2 << 3 | WIRE_BYTES)) {
      if (!read_bytes(&message, &position) || !read_position(session, position, 2, 3)) return false;
    } else if (!skip_field(&message, (uint32_t)tag & 7)) {
      return false;
    }
  }
  if (session->unsynced > 0 && --session->unsynced == 0) connection_is_ready(connection);
  return true;
}

/** Whoever is refused what it asked for would wait for ever; where connections are lost on purpose that may pass. */
static void refused(Connection *connection, Cursor message) {
  Load *load = connection->load;
  load->tally.refused++;
  const char *text = (const char *)message.at;
  if (!load->options.keep) die("the gateway refused a request: %.*s", (int)cursor_length(message), text);
}

static bool replied(Connection *connection, Cursor reply) {
  Tally *tally = &connection->load->tally;
  uint64_t tag;
  Cursor message;
  while (reply.at < reply.end) {
    if (!read_varint(&reply, &tag) || (tag & 7) != WIRE_BYTES || !read_bytes(&reply, &message)) return false;
    switch (tag >> 3) {
      case REPLY_WELCOME: return welcomed(connection, message);
      case REPLY_SYNCED: return synced(connection, message);
      case REPLY_RESYNCHRONISED: tally->resynchronised++; break;
      case REPLY_REFUSED: refused(connection, message); break;
      case REPLY_UNSUBSCRIBED: tally->refused++; break;
      default: break;
    }
  }
  return true;
}

/** Calls `handle` for each field of that number; false if the frame is malformed. */
typedef bool PartHandler(Connection *connection, Cursor part, uint64_t *newest);

static bool each_part(Connection *connection, const WebSocketFrame *frame, uint32_t field, PartHandler *handle,
                      uint64_t *newest) {
  Cursor cursor = {frame->payload, frame->payload + frame->length};
  while (cursor.at < cursor.end) {
    uint64_t tag;
    Cursor part;
    if (!read_varint(&cursor, &tag) || (tag & 7) != WIRE_BYTES || !read_bytes(&cursor, &part)) return false;
    if (tag >> 3 == field && !handle(connection, part, newest)) return false;
  }
  return true;
}

static bool handle_reply(Connection *connection, Cursor part, uint64_t *newest) {
  (void)newest;
  return replied(connection, part);
}

static bool handle_standing(Connection *connection, Cursor part, uint64_t *newest) {
  *newest = 0;
  return read_position(&connection->session, part, 1, 2);
}

static void acknowledge(Connection *connection) {
  RivuletSession *session = &connection->session;
  websocket_begin(&connection->load->scratch);
  put_acknowledge(&connection->load->scratch, session);
  session->acknowledged = session->received;
  session->acknowledged_at = connection->load->read_at;
  send_frame(connection);
}

/** What is due later than the wheel reaches is looked at too early, and queued again. */
static void queue_acknowledge(Connection *connection) {
  AcknowledgeWheel *wheel = &connection->load->acknowledge_wheel;
  RivuletSession *session = &connection->session;
  uint64_t slot = (session->acknowledged_at + session->acknowledge_ns) / WHEEL_SLOT_NS;
  if (slot < wheel->next_slot) slot = wheel->next_slot;
  if (slot >= wheel->next_slot + WHEEL_SLOTS) slot = wheel->next_slot + WHEEL_SLOTS - 1;
  session->acknowledge_next = wheel->slots[slot % WHEEL_SLOTS];
  wheel->slots[slot % WHEEL_SLOTS] = connection;
  session->acknowledge_queued = true;
}

static bool is_acknowledge_due(const Connection *connection) {
  const RivuletSession *session = &connection->session;
  return session->received - session->acknowledged >= session->acknowledge_bytes ||
         connection->load->read_at - session->acknowledged_at >= session->acknowledge_ns;
}

/** [PROTOCOL 5.3] */
static void count_frame(Connection *connection) {
  if (is_acknowledge_due(connection)) acknowledge(connection);
  else if (!connection->session.acknowledge_queued) queue_acknowledge(connection);
}

/** [PROTOCOL 1.8, 4.12] */
static void give_up(Connection *connection) {
  Load *load = connection->load;
  const char *what = load->fault != NULL ? load->fault : "a malformed frame";
  if (load->tally.corrupt++ == 0) fprintf(stderr, "load: connection %u was sent %s\n", connection->id, what);
  load->fault = NULL;
  connection->session.token_length = 0;
  connection_lose(connection);
}

/** Replies take effect before updates, and those before the standing, wherever they stand. [PROTOCOL 1.5] */
static void received(Connection *connection, const WebSocketFrame *frame) {
  RivuletSession *session = &connection->session;
  uint64_t newest = 0;
  session->received += frame->length;
  bool good = each_part(connection, frame, FROM_GATEWAY_REPLY, handle_reply, &newest) &&
              each_part(connection, frame, FROM_GATEWAY_UPDATE, update_received, &newest);
  if (newest > 0) {
    session->offset = newest;
    session->held_count = 0;
  }
  good = good && each_part(connection, frame, FROM_GATEWAY_STANDING, handle_standing, &newest);
  if (!good) {
    give_up(connection);
    return;
  }
  if (connection->state != CONNECTION_CLOSED && session->acknowledge_bytes > 0) count_frame(connection);
}

static void acknowledge_in_time(Connection *connection) {
  RivuletSession *session = &connection->session;
  session->acknowledge_queued = false;
  bool owes = session->received > session->acknowledged && connection->state >= CONNECTION_OPENING && !connection->stalled;
  if (!owes) return;
  if (is_acknowledge_due(connection)) acknowledge(connection);
  else queue_acknowledge(connection);
}

static void turn_wheel(Load *load, uint64_t now) {
  AcknowledgeWheel *wheel = &load->acknowledge_wheel;
  uint64_t end = now / WHEEL_SLOT_NS;
  load->read_at = now;
  if (end > wheel->next_slot + WHEEL_SLOTS) wheel->next_slot = end - WHEEL_SLOTS;
  while (wheel->next_slot < end) {
    Connection *connection = wheel->slots[wheel->next_slot % WHEEL_SLOTS];
    wheel->slots[wheel->next_slot++ % WHEEL_SLOTS] = NULL;
    while (connection != NULL) {
      Connection *next = connection->session.acknowledge_next;
      acknowledge_in_time(connection);
      connection = next;
    }
  }
}

/** Who has said nothing for a third of the promised time says something. */
static void keep_alive(Load *load, uint64_t now) {
  for (uint32_t i = 0; i < load->begun; i++) {
    Connection *connection = &load->connections[i];
    RivuletSession *session = &connection->session;
    bool quiet = session->keep_alive_ns > 0 && now - session->heard > session->keep_alive_ns / 3;
    if (!quiet || connection->state < CONNECTION_OPENING || connection->stalled) continue;
    websocket_begin(&load->scratch);
    put_ping(&load->scratch, 1);
    send_frame(connection);
  }
}

static void tick(Load *load, uint64_t now) {
  static uint64_t next_sweep = 0;
  turn_wheel(load, now);
  if (now < next_sweep) return;
  next_sweep = now + NS_PER_SECOND;
  keep_alive(load, now);
}

const Dialect dialect_rivulet = {
    .name = "rivulet",
    .sink = &sink_rivulet,
    .subprotocol = "rivulet.v1",
    .request_path = request_path,
    .opened = opened,
    .received = received,
    .tick = tick,
};
