// Where a publisher puts its updates: a connection of its own, blocking nobody.
//
//   Rivulet      a WebSocket session; what is added until `sink_flush` leaves as one frame of many publishes
//   a rival      TCP: topic (4 bytes, little-endian), length (4), value, again and again
#pragma once
#include "load.h"

/** Aliases that one link may bind (`aliasesMax` of the gateway); topics beyond it are named by their path each time. */
#define ALIASES_MAX 65535u

typedef struct Sink {
  const Options *options;
  bool rivulet;
  int socket;
  /** The frame in the making, or what of it has not been sent. */
  Bytes out;
  size_t sent_from;
  bool sending;
  Bytes in;
  /** Which topics have their alias on this link. */
  uint8_t *aliased;
  uint32_t aliases;
  uint64_t refused;
  uint32_t pongs;
} Sink;

typedef enum SinkState { SINK_FREE, SINK_FULL, SINK_BROKEN } SinkState;

/** Connects and, for Rivulet, says hello. False if nobody answers. */
bool sink_open(Sink *sink, const Options *options, bool rivulet, bool with_aliases);
void sink_close(Sink *sink);

/** Whether the frame in the making takes more; with nothing being sent, it does until it has SINK_FRAME_BYTES. */
bool sink_has_room(const Sink *sink);
void sink_add(Sink *sink, uint32_t topic, const uint8_t *value, size_t length);

/** Sends as much as the socket takes; SINK_FULL while some is left. Also reads and answers what came. */
SinkState sink_flush(Sink *sink);

/** Waits until the server has taken everything in, at most so long; false if it has not. Only Rivulet can tell. */
bool sink_settle(Sink *sink, uint64_t timeout_ns);
