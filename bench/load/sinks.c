#include "sinks.h"
#include <stdlib.h>

bool sinks_open(Sinks *sinks, const Load *load, bool with_aliases) {
  const Options *options = &load->options;
  *sinks = (Sinks){.all = allocate(options->publishers, sizeof(Sink))};
  sinks->busy = allocate(options->publishers, sizeof(Sink *));
  while (sinks->count < options->publishers) {
    Sink *sink = &sinks->all[sinks->count];
    if (!sink_open(sink, options, load->dialect->sink, sinks->count, with_aliases)) {
      sinks_close(sinks);
      return false;
    }
    sinks->count++;
  }
  return true;
}

void sinks_close(Sinks *sinks) {
  for (uint32_t i = 0; i < sinks->count; i++) sink_close(&sinks->all[i]);
  free(sinks->all);
  free(sinks->busy);
  *sinks = (Sinks){0};
}

static Sink *sink_of(const Sinks *sinks, uint32_t topic) { return &sinks->all[topic % sinks->count]; }

bool sinks_have_room(const Sinks *sinks, uint32_t topic) { return sink_has_room(sink_of(sinks, topic)); }

void sinks_add(Sinks *sinks, uint32_t topic, const uint8_t *value, size_t length) {
  Sink *sink = sink_of(sinks, topic);
  sink_add(sink, topic, value, length);
  if (sink->busy) return;
  sink->busy = true;
  sinks->busy[sinks->busy_count++] = sink;
}

SinkState sinks_flush(Sinks *sinks) {
  uint32_t still_busy = 0;
  for (uint32_t i = 0; i < sinks->busy_count; i++) {
    Sink *sink = sinks->busy[i];
    uint64_t refused = sink->refused;
    SinkState state = sink_flush(sink);
    sinks->refused += sink->refused - refused;
    if (state == SINK_BROKEN) return SINK_BROKEN;
    sink->busy = state == SINK_FULL;
    if (sink->busy) sinks->busy[still_busy++] = sink;
  }
  sinks->busy_count = still_busy;
  return still_busy > 0 ? SINK_FULL : SINK_FREE;
}

void sinks_wait(const Sinks *sinks, uint64_t most_ns) {
  if (sinks->count == 1 && sinks->busy_count == 1) sink_wait(sinks->busy[0], now_ns() + most_ns);
  // One of many that is full may not keep the others from being looked at.
  else sleep_until(now_ns() + NS_PER_MS / 2);
}

bool sinks_settle(Sinks *sinks, uint64_t timeout_ns) {
  uint64_t until = now_ns() + timeout_ns;
  bool settled = true;
  for (uint32_t i = 0; i < sinks->count; i++) {
    Sink *sink = &sinks->all[i];
    uint64_t refused = sink->refused;
    settled = sink_settle(sink, until) && settled;
    sinks->refused += sink->refused - refused;
  }
  return settled;
}

uint64_t sinks_unacknowledged(const Sinks *sinks) {
  uint64_t unacknowledged = 0;
  for (uint32_t i = 0; i < sinks->count; i++) unacknowledged += sinks->all[i].in_flight;
  return unacknowledged;
}
