// The state of one load client: its connections, what they read, and what was counted.
//
//   socket ─▶ connection ─▶ websocket ─▶ dialect (rivulet | plain | socket.io) ─▶ delivery: checked, counted, timed
//                      └──────────────▶ dialect (mqtt, event streams) ────────────┘
//
// Everything here belongs to the main thread. The publisher (publisher.h) has a thread and a connection of its own;
// the two share the Payload, which says what is safe.
#pragma once
#include "histogram.h"
#include "payload.h"
#include "topics.h"
#include "websocket.h"

/** What one connection holds of one topic. */
typedef struct Reading {
  uint64_t offset;
  /** When the newest value was due, as its stamp says. */
  uint64_t time;
  /** The value itself, kept where deltas need it. */
  uint8_t *value;
  uint32_t length;
  uint32_t capacity;
  /** Of the newest value, as its publisher counts; 0: none yet. */
  uint32_t sequence;
  /** Rivulet: the topic's id was bound on this link. */
  bool bound;
} Reading;

typedef enum ConnectionState {
  CONNECTION_CLOSED,
  CONNECTION_DIALLING,
  CONNECTION_UPGRADING,
  /** The WebSocket, or the bare connection, is open; the dialect greets and subscribes. */
  CONNECTION_OPENING,
  CONNECTION_READY,
} ConnectionState;

#define BUFFER_BYTES ((size_t)256 << 10)
#define HELD_MAX 16
#define TOKEN_BYTES_MAX 64
#define EPOCH_BYTES_MAX 16

typedef struct Held {
  uint32_t topic;
  uint64_t offset;
} Held;

/** The client half of a Rivulet session; see rivulet.c. */
typedef struct RivuletSession {
  /** Frame bytes of this link: received, and acknowledged of them. */
  uint64_t received;
  uint64_t acknowledged;
  /** 0: never on this link. */
  uint64_t acknowledged_at;
  /** It stands in a slot of the wheel, in front of `acknowledge_next`. */
  bool acknowledge_queued;
  struct Connection *acknowledge_next;
  uint64_t acknowledge_bytes;
  uint64_t acknowledge_ns;
  uint64_t keep_alive_ns;
  uint64_t heard;
  /** Subscriptions whose first snapshot is not complete. */
  uint32_t unsynced;
  /** The position that was applied. */
  uint64_t offset;
  uint32_t held_count;
  Held held[HELD_MAX];
  uint8_t epoch_length;
  uint8_t token_length;
  uint8_t epoch[EPOCH_BYTES_MAX];
  uint8_t token[TOKEN_BYTES_MAX];
} RivuletSession;

/** A stream of server-sent events; see sse.c. */
typedef struct EventStream {
  /** The head of the answer was read. */
  bool is_open;
  bool is_chunked;
  /** The beginning of an event whose rest comes in another chunk. */
  Bytes text;
} EventStream;

struct Load;
struct StreamEvent;

typedef struct Connection {
  struct Load *load;
  uint32_t id;
  int socket;
  ConnectionState state;
  /** Not read any more, on purpose. */
  bool stalled;
  /** Waits for room in its socket. */
  bool blocked;
  /** When to dial again; 0: not at all. */
  uint64_t dial_at;
  uint32_t dials;
  /** The beginning of a frame whose rest has not come. */
  Bytes pending;
  Bytes unsent;
  Reading *readings;
  RivuletSession session;
  EventStream stream;
} Connection;

/** How a server speaks: inside a WebSocket, or (`take`) over bare TCP. */
typedef struct Dialect {
  const char *name;
  /** How it takes publishes. */
  const struct SinkDialect *sink;
  const char *subprotocol;
  void (*request_path)(const Connection *connection, char *out, size_t size);
  /** The WebSocket, or the bare connection, is open: greet. */
  void (*opened)(Connection *connection);
  /** One message came in a WebSocket. */
  void (*received)(Connection *connection, const WebSocketFrame *frame);
  /** NULL: inside a WebSocket. Handles the packet at the front; returns its length, 0 while it is incomplete. */
  size_t (*take)(Connection *connection, const uint8_t *data, size_t length);
  /** One event came in an event stream. */
  void (*event_received)(Connection *connection, const struct StreamEvent *event);
  /** All that one read brought was handled; may be NULL. */
  void (*read_through)(Connection *connection);
  /** Called every few milliseconds for what is due by time; may be NULL. */
  void (*tick)(struct Load *load, uint64_t now);
} Dialect;

/** Everything that is counted. What happens outside of the window counts towards `total` only. */
typedef struct Tally {
  uint64_t received;
  uint64_t total;
  uint64_t snapshots;
  /** Sequences that were jumped over: lost where all must arrive, conflated where the newest is enough. */
  uint64_t skipped;
  uint64_t repeated;
  uint64_t corrupt;
  uint64_t misrouted;
  uint64_t checked;
  uint64_t values;
  uint64_t deltas;
  /** Bytes down and up, frames or packets down, and reads of sockets, within the window by the time of their arrival. */
  uint64_t bytes;
  uint64_t bytes_up;
  uint64_t frames;
  uint64_t reads;
  uint64_t refused;
  uint64_t resynchronised;
  uint64_t lost;
} Tally;

#define WHEEL_SLOTS 512
#define WHEEL_SLOT_NS NS_PER_MS

/** Connections by the slot of time at which to ask whether they owe an acknowledgement; each stands there at most once. */
typedef struct AcknowledgeWheel {
  struct Connection *slots[WHEEL_SLOTS];
  /** Slots since the clock began; those before were looked through. */
  uint64_t next_slot;
} AcknowledgeWheel;

typedef struct Load {
  Options options;
  const Dialect *dialect;
  Payload payload;
  Connection *connections;
  /** So many of them were told to connect; so many are READY. */
  uint32_t begun;
  uint32_t ready;
  int epoll;
  /** Shared by all connections: what a read brings is parsed at once, and only the rest is kept per connection. */
  uint8_t *buffer;
  /** Frames on their way out, and values that deltas made. */
  Bytes scratch;
  Bytes value_scratch;
  /** When the present bytes were read from their socket, or the present tick began. */
  uint64_t read_at;
  /** Deliveries are timed if they were due from here up to there. */
  uint64_t window_from;
  uint64_t window_to;
  Tally tally;
  Histogram latency;
  AcknowledgeWheel acknowledge_wheel;
  /** Rivulet's topic ids, which are the same for all sessions: the topic of this run plus 1; 0: unknown. */
  uint32_t *topic_of_id;
  uint32_t topic_of_id_count;
  uint8_t epoch[EPOCH_BYTES_MAX];
  uint8_t epoch_length;
  /** MQTT: what topics are called in packets, by their number; see mqtt.c. */
  struct Name *names;
  /** Event streams: what data begin with, by the number of the topic; see sse.c. */
  struct Beginning *beginnings;
  uint64_t random;
  /** What was wrong with the frame at hand; NULL while nothing is. */
  const char *fault;
} Load;

extern const Dialect dialect_rivulet;
extern const Dialect dialect_plain;
extern const Dialect dialect_socket_io;
extern const Dialect dialect_mqtt;
extern const Dialect dialect_sse;
extern const Dialect dialect_plain_sse;
extern const Dialect dialect_nchan;
extern const Dialect dialect_http;
extern const struct SinkDialect sink_rivulet;
extern const struct SinkDialect sink_plain;
extern const struct SinkDialect sink_mqtt;
extern const struct SinkDialect sink_nchan;
