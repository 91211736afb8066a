// Durations, counted in buckets whose width grows with the duration: at most 0.8 % off, from 1 ns to hours.
#pragma once
#include "basics.h"

#define HISTOGRAM_SUB_BITS 7
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS)

typedef struct Histogram {
  uint64_t counts[HISTOGRAM_BUCKETS];
  uint64_t total;
  uint64_t max;
} Histogram;

/** The first 128 buckets are 1 ns wide; after that every doubling has 128 buckets. */
static inline uint32_t histogram_bucket(uint64_t ns) {
  if (ns < 1u << HISTOGRAM_SUB_BITS) return (uint32_t)ns;
  uint32_t shift = 63u - HISTOGRAM_SUB_BITS - (uint32_t)__builtin_clzll(ns);
  return ((shift + 1) << HISTOGRAM_SUB_BITS) + (uint32_t)(ns >> shift) - (1u << HISTOGRAM_SUB_BITS);
}

static inline void histogram_add(Histogram *histogram, uint64_t ns) {
  histogram->counts[histogram_bucket(ns)]++;
  histogram->total++;
  if (ns > histogram->max) histogram->max = ns;
}

void histogram_clear(Histogram *histogram);
/** The duration that `share` (0 to 1) of all do not exceed, in milliseconds; 0 of none. */
double histogram_ms(const Histogram *histogram, double share);
