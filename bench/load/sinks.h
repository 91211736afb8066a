// The connections of all publishers. A topic belongs to one of them, by its number.
#pragma once
#include "sink.h"

typedef struct Sinks {
  Sink *all;
  uint32_t count;
  /** Those that have something to send or wait for room, each once: the others cost nothing. */
  Sink **busy;
  uint32_t busy_count;
  uint64_t refused;
} Sinks;

/** Opens the connections that the options ask for; false, and none is open, if one cannot be. */
bool sinks_open(Sinks *sinks, const Load *load, bool with_aliases);
void sinks_close(Sinks *sinks);

bool sinks_have_room(const Sinks *sinks, uint32_t topic);
void sinks_add(Sinks *sinks, uint32_t topic, const uint8_t *value, size_t length);

/** As `sink_flush`, for all that have something to send: SINK_FULL if one of them is. */
SinkState sinks_flush(Sinks *sinks);

/** Waits until one that is full may take more, at most so long. */
void sinks_wait(const Sinks *sinks, uint64_t most_ns);

/** As `sink_settle`, all within that time. */
bool sinks_settle(Sinks *sinks, uint64_t timeout_ns);

/** Publishes that nobody has acknowledged. */
uint64_t sinks_unacknowledged(const Sinks *sinks);
