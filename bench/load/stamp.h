// What a value says of itself: when it was due, which it is, and a checksum over the rest. 40 characters of lower-case
// hexadecimal, so that it fits a text, a JSON string and a binary value alike:
//
//   time ns (16) | sequence (8) | topic (8) | checksum (8)
#pragma once
#include "basics.h"

#define STAMP_BYTES 40u
#define STAMP_CHECKSUM_AT 32u

typedef struct Stamp {
  uint64_t time;
  uint32_t sequence;
  uint32_t topic;
  uint32_t checksum;
} Stamp;

/** A 64-bit hash, eight bytes at a step; continues from `hash`. Finds damage, keeps no secrets. */
uint64_t hash_bytes(uint64_t hash, const uint8_t *data, size_t length);

/** Writes a stamp into `value` at `at` and seals it with the checksum of the whole value. */
void stamp_write(uint8_t *value, size_t length, size_t at, const Stamp *stamp);

/** The checksum that `value` should carry. */
uint32_t stamp_checksum(const uint8_t *value, size_t length, size_t at);

Stamp stamp_read(const uint8_t *at);
/** Only which topic it names. */
uint32_t stamp_topic(const uint8_t *at);
