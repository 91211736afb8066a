#include "stamp.h"
#include <string.h>

#define HASH_PRIME 0x9fb21c651e98df25ull

uint64_t hash_bytes(uint64_t hash, const uint8_t *data, size_t length) {
  uint64_t word;
  for (; length >= 8; data += 8, length -= 8) {
    memcpy(&word, data, 8);
    hash = (hash ^ word) * HASH_PRIME;
    hash ^= hash >> 32;
  }
  word = (uint64_t)length << 56;
  memcpy(&word, data, length);
  hash = (hash ^ word) * HASH_PRIME;
  return hash ^ hash >> 29;
}

static void write_hexadecimal(uint8_t *at, uint64_t number, int digits) {
  for (int i = digits - 1; i >= 0; i--, number >>= 4) at[i] = (uint8_t) "0123456789abcdef"[number & 15];
}

/** Eight digits at once: each character becomes its four bits, then neighbours are joined three times. */
static uint32_t read_hexadecimal(const uint8_t *at) {
  uint64_t word;
  memcpy(&word, at, 8);
  word = __builtin_bswap64(word);
  word = (word & 0x0f0f0f0f0f0f0f0full) + 9 * (word >> 6 & 0x0101010101010101ull);
  word = (word | word >> 4) & 0x00ff00ff00ff00ffull;
  word = (word | word >> 8) & 0x0000ffff0000ffffull;
  return (uint32_t)(word | word >> 16);
}

uint32_t stamp_checksum(const uint8_t *value, size_t length, size_t at) {
  size_t checksum_at = at + STAMP_CHECKSUM_AT;
  size_t behind = checksum_at + 8;
  uint64_t hash = hash_bytes(length, value, checksum_at);
  return (uint32_t)hash_bytes(hash, value + behind, length - behind);
}

void stamp_write(uint8_t *value, size_t length, size_t at, const Stamp *stamp) {
  write_hexadecimal(value + at, stamp->time, 16);
  write_hexadecimal(value + at + 16, stamp->sequence, 8);
  write_hexadecimal(value + at + 24, stamp->topic, 8);
  write_hexadecimal(value + at + STAMP_CHECKSUM_AT, stamp_checksum(value, length, at), 8);
}

Stamp stamp_read(const uint8_t *at) {
  return (Stamp){
      .time = (uint64_t)read_hexadecimal(at) << 32 | read_hexadecimal(at + 8),
      .sequence = read_hexadecimal(at + 16),
      .topic = read_hexadecimal(at + 24),
      .checksum = read_hexadecimal(at + STAMP_CHECKSUM_AT),
  };
}

uint32_t stamp_topic(const uint8_t *at) { return read_hexadecimal(at + 24); }
