// A small seeded generator (SplitMix64): the same seed gives the same run everywhere.
#pragma once
#include <stdint.h>

static inline uint64_t random_next(uint64_t *state) {
  uint64_t mixed = (*state += 0x9e3779b97f4a7c15ull);
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9ull;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebull;
  return mixed ^ mixed >> 31;
}

/** 0 to bound - 1. */
static inline uint32_t random_below(uint64_t *state, uint32_t bound) {
  return (uint32_t)((random_next(state) >> 32) * bound >> 32);
}
