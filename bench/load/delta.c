#include "delta.h"
#include "protobuf.h"

// One byte says what comes, and small lengths with it; what does not fit follows as integers.
//
//   0 … 239     replace: copy (0 … 46, 47 = more) x 5 + insert (1 … 4, 5 = more) - 1
//   240 … 255   seek:    240 + insert (0 … 14, 15 = more); the copied length and the seek follow
enum { REPLACE_INSERTS = 5, REPLACE_COPIED_MORE = 47, SEEK_CODE = (REPLACE_COPIED_MORE + 1) * REPLACE_INSERTS };
enum { SEEK_INSERTED_MORE = 255 - SEEK_CODE };

typedef struct Operation {
  uint64_t copied;
  uint64_t inserted;
  /** How far the place in the base moves behind the copy: over as much as was inserted, or where a seek says. */
  int64_t moved;
} Operation;

/** Adds the number that follows where a length is the longest that its code can say. */
static bool read_more_than(Cursor *delta, uint64_t *length, uint64_t longest) {
  uint64_t more = 0;
  if (*length == longest && !read_varint(delta, &more)) return false;
  *length += more;
  return true;
}

/** Copy, then insert in place of as many bytes. */
static bool read_replace(Cursor *delta, uint8_t code, Operation *operation) {
  operation->copied = code / REPLACE_INSERTS;
  operation->inserted = code % REPLACE_INSERTS + 1;
  if (!read_more_than(delta, &operation->copied, REPLACE_COPIED_MORE)) return false;
  if (!read_more_than(delta, &operation->inserted, REPLACE_INSERTS)) return false;
  operation->moved = (int64_t)operation->inserted;
  return true;
}

/** Copy, then insert, then go on elsewhere in the base. */
static bool read_seek(Cursor *delta, uint8_t code, Operation *operation) {
  uint64_t zigzag;
  operation->inserted = (uint64_t)(code - SEEK_CODE);
  if (!read_varint(delta, &operation->copied)) return false;
  if (!read_more_than(delta, &operation->inserted, SEEK_INSERTED_MORE)) return false;
  if (!read_varint(delta, &zigzag)) return false;
  operation->moved = unzigzag(zigzag);
  return true;
}

bool delta_apply(const uint8_t *base, size_t base_length, const uint8_t *delta, size_t delta_length, Bytes *out) {
  Cursor cursor = {delta, delta + delta_length};
  int64_t at = 0;
  while (cursor.at < cursor.end) {
    uint8_t code = *cursor.at++;
    Operation operation;
    bool read = code < SEEK_CODE ? read_replace(&cursor, code, &operation) : read_seek(&cursor, code, &operation);
    if (!read || operation.copied > base_length - (uint64_t)at) return false;
    bytes_append(out, base + at, operation.copied);
    at += (int64_t)operation.copied;
    if (operation.inserted > cursor_length(cursor)) return false;
    bytes_append(out, cursor.at, operation.inserted);
    cursor.at += operation.inserted;
    at += operation.moved;
    // A replacement at the end may be longer than what it replaces; a seek must stay inside.
    if (code < SEEK_CODE && at > (int64_t)base_length) at = (int64_t)base_length;
    if (at < 0 || at > (int64_t)base_length) return false;
  }
  bytes_append(out, base + at, base_length - (size_t)at);
  return true;
}
