// Just enough protobuf to speak the wire of proto/gateway.proto. Inline, since every delivery passes here.
#pragma once
#include "basics.h"
#include <string.h>

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

/** What is left to read of a message. */
typedef struct Cursor {
  const uint8_t *at;
  const uint8_t *end;
} Cursor;

static inline bool read_varint(Cursor *cursor, uint64_t *value) {
  if (cursor->at < cursor->end && *cursor->at < 0x80) {
    *value = *cursor->at++;
    return true;
  }
  uint64_t result = 0;
  for (int shift = 0; shift < 64 && cursor->at < cursor->end; shift += 7) {
    uint8_t byte = *cursor->at++;
    result |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *value = result;
      return true;
    }
  }
  return false;
}

/** A length and that many bytes: a text, a value, a message inside. */
static inline bool read_bytes(Cursor *cursor, Cursor *inside) {
  uint64_t length;
  if (!read_varint(cursor, &length) || length > (uint64_t)(cursor->end - cursor->at)) return false;
  inside->at = cursor->at;
  inside->end = cursor->at += length;
  return true;
}

static inline bool skip_field(Cursor *cursor, uint32_t wire) {
  uint64_t ignored;
  Cursor inside;
  switch (wire) {
    case WIRE_VARINT: return read_varint(cursor, &ignored);
    case WIRE_BYTES: return read_bytes(cursor, &inside);
    case WIRE_FIXED64: return cursor->end - cursor->at >= 8 ? (cursor->at += 8, true) : false;
    case WIRE_FIXED32: return cursor->end - cursor->at >= 4 ? (cursor->at += 4, true) : false;
    default: return false;
  }
}

static inline size_t cursor_length(Cursor cursor) { return (size_t)(cursor.end - cursor.at); }

static inline int64_t unzigzag(uint64_t value) { return (int64_t)(value >> 1) ^ -(int64_t)(value & 1); }

static inline size_t varint_bytes(uint64_t value) {
  size_t count = 1;
  while (value >= 0x80) value >>= 7, count++;
  return count;
}

static inline uint8_t *write_varint(uint8_t *at, uint64_t value) {
  while (value >= 0x80) *at++ = (uint8_t)(value | 0x80), value >>= 7;
  *at++ = (uint8_t)value;
  return at;
}

static inline void put_varint(Bytes *out, uint64_t value) {
  bytes_reserve(out, 10);
  out->length = (size_t)(write_varint(out->data + out->length, value) - out->data);
}

static inline void put_number(Bytes *out, uint32_t field, uint64_t value) {
  if (value == 0) return;
  put_varint(out, field << 3 | WIRE_VARINT);
  put_varint(out, value);
}

static inline void put_bytes(Bytes *out, uint32_t field, const void *data, size_t length) {
  put_varint(out, field << 3 | WIRE_BYTES);
  put_varint(out, length);
  bytes_append(out, data, length);
}

static inline void put_text(Bytes *out, uint32_t field, const char *text) {
  if (*text != '\0') put_bytes(out, field, text, strlen(text));
}

/** Opens a message inside; what is put until `end_message` belongs to it. */
static inline size_t begin_message(Bytes *out, uint32_t field) {
  put_varint(out, field << 3 | WIRE_BYTES);
  bytes_reserve(out, 1);
  return ++out->length;
}

/**
 * Writes the length in front; a varint longer than it need be is malformed, so a long message moves up. [PROTOCOL 1.6]
 */
static inline void end_message(Bytes *out, size_t begin) {
  size_t length = out->length - begin;
  size_t extra = varint_bytes(length) - 1;
  if (extra > 0) {
    bytes_reserve(out, extra);
    memmove(out->data + begin + extra, out->data + begin, length);
    out->length += extra;
  }
  write_varint(out->data + begin - 1, length);
}
