// Where one publisher puts its updates: a connection of its own, blocking nobody. What is added until `sink_flush` leaves
// with one write, as the server's way of taking publishes has it (SinkDialect).
#pragma once
#include "load.h"

typedef struct Sink {
  const Options *options;
  const struct SinkDialect *dialect;
  /** Which publisher this is. */
  uint32_t number;
  int socket;
  /** What is to be sent, or what of it has not been sent. */
  Bytes out;
  size_t sent_from;
  bool sending;
  Bytes in;
  /** Topics are named in full once only, where the server can that. */
  bool with_aliases;
  /** Rivulet: which topics have their alias on this link, and how many may have one. NULL elsewhere. */
  uint8_t *aliased;
  uint32_t aliases;
  /** MQTT: publishes that wait for their acknowledgement, and how many may. */
  uint32_t in_flight;
  uint32_t in_flight_max;
  uint16_t packet_id;
  uint64_t refused;
  /** Answers to the greeting and to questions. */
  uint32_t answers;
  /** Nothing is expected from the server until it is asked, so that asking the socket with each publish would be a waste. */
  bool is_unanswered;
  /** It stands in the list of sinks.h. */
  bool busy;
} Sink;

/** How a kind of server takes publishes. */
typedef struct SinkDialect {
  /** It takes them at the port of its own that rivals have for it, not where its readers connect. */
  bool has_own_port;
  /** Room that is left in front of what is added. */
  size_t header_bytes;
  /** What must be said and answered before the first publish; NULL: nothing. False if the server does not agree. */
  bool (*greet)(Sink *sink);
  void (*add)(Sink *sink, uint32_t topic, const uint8_t *value, size_t length);
  /** Writes the header; returns where in `out` it begins. NULL: there is none. */
  size_t (*seal)(Bytes *out);
  /** Handles what is whole in `in`; false once the server has ended it. */
  bool (*received)(Sink *sink);
  /** Adds a question that is answered once all before it was taken in; NULL: such a server cannot tell. */
  void (*ask)(Sink *sink);
} SinkDialect;

/** SINK_FULL: it takes no more now, since its socket does not, or since too much of it is not acknowledged. */
typedef enum SinkState { SINK_FREE, SINK_FULL, SINK_BROKEN } SinkState;

/** Connects and says hello. False if nobody answers. */
bool sink_open(Sink *sink, const Options *options, const SinkDialect *dialect, uint32_t number, bool with_aliases);
void sink_close(Sink *sink);

/** Whether it takes more; with nothing being sent, it does until so much is gathered that it should leave. */
bool sink_has_room(const Sink *sink);
void sink_add(Sink *sink, uint32_t topic, const uint8_t *value, size_t length);

/** Sends as much as the socket takes. Also reads and answers what came. */
SinkState sink_flush(Sink *sink);

/** Waits until something can be read, or sent if something is left to send; at most until then. */
void sink_wait(const Sink *sink, uint64_t until);

/** Waits for one more answer than there are, and until nothing is in flight; false if that does not come in time. */
bool sink_await_answer(Sink *sink, uint64_t until);

/** Waits until the server has taken everything in; false if it has not by then. Not every kind of server can tell. */
bool sink_settle(Sink *sink, uint64_t until);
