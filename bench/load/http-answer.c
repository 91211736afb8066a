#include "http-answer.h"
#include <string.h>
#include <strings.h>

#define STATUS_AT (sizeof "HTTP/1.1 " - 1)
/** Longest line of a chunk's size, line break included: more digits would be more than any frame. */
#define SIZE_LINE_MAX 10u

/** Where the value of a field begins, if the line is that field; else NULL. */
static const uint8_t *value_of(const uint8_t *line, const uint8_t *end, const char *name) {
  size_t length = strlen(name);
  if ((size_t)(end - line) <= length || line[length] != ':') return NULL;
  if (strncasecmp((const char *)line, name, length) != 0) return NULL;
  for (line += length + 1; line < end && *line == ' ';) line++;
  return line;
}

static size_t decimal(const uint8_t *text, const uint8_t *end) {
  size_t number = 0;
  for (; text < end && *text >= '0' && *text <= '9'; text++) number = number * 10 + (*text - '0');
  return number;
}

static void read_field(const uint8_t *line, const uint8_t *end, HttpHead *head) {
  const uint8_t *value;
  if ((value = value_of(line, end, "content-length")) != NULL) {
    head->has_length = true;
    head->length = decimal(value, end);
  } else if ((value = value_of(line, end, "transfer-encoding")) != NULL) {
    head->is_chunked = true;
  } else if ((value = value_of(line, end, "etag")) != NULL && end - value < ETAG_BYTES_MAX) {
    head->etag = value;
    head->etag_length = (size_t)(end - value);
  }
}

bool http_read_head(const uint8_t *data, size_t length, HttpHead *head) {
  const uint8_t *end = memmem(data, length, "\r\n\r\n", 4);
  if (end == NULL) return false;
  if (memcmp(data, "HTTP/1.1 ", STATUS_AT) != 0) die("the server answers %.*s", (int)(end - data), (const char *)data);
  *head = (HttpHead){.bytes = (size_t)(end - data) + 4, .status = (uint32_t)decimal(data + STATUS_AT, end)};
  for (const uint8_t *line = data; line < end;) {
    const uint8_t *line_end = memmem(line, (size_t)(end + 2 - line), "\r\n", 2);
    read_field(line, line_end, head);
    line = line_end + 2;
  }
  return true;
}

static int digit_of(uint8_t character) {
  if (character >= '0' && character <= '9') return character - '0';
  uint8_t letter = character | 0x20;
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

size_t http_read_chunk(const uint8_t *data, size_t length, HttpChunk *chunk) {
  size_t size = 0, at = 0;
  for (; at < length && data[at] != '\r'; at++) {
    int digit = digit_of(data[at]);
    if (digit < 0 || at == SIZE_LINE_MAX - 2) die("the server sent a chunk that begins %02x %02x", data[0], data[1]);
    size = size << 4 | (size_t)digit;
  }
  size_t whole = at + 2 + size + 2;
  if (length < whole) return 0;
  if (memcmp(data + whole - 2, "\r\n", 2) != 0) die("the server sent a chunk that does not end where it should");
  *chunk = (HttpChunk){data + at + 2, size};
  return whole;
}

static size_t join_chunks(const uint8_t *data, size_t length, Bytes *joined) {
  HttpChunk chunk;
  size_t used = 0, size;
  joined->length = 0;
  while ((size = http_read_chunk(data + used, length - used, &chunk)) > 0) {
    used += size;
    if (chunk.length == 0) return used;
    bytes_append(joined, chunk.data, chunk.length);
  }
  return 0;
}

size_t http_read_answer(const uint8_t *data, size_t length, Bytes *joined, HttpAnswer *answer) {
  HttpHead *head = &answer->head;
  if (!http_read_head(data, length, head)) return 0;
  const uint8_t *body = data + head->bytes;
  size_t left = length - head->bytes;
  bool is_bodyless = head->status == 204 || head->status == 304;
  if (head->is_chunked && !is_bodyless) {
    size_t used = join_chunks(body, left, joined);
    answer->body = joined->data;
    answer->body_length = joined->length;
    return used > 0 ? head->bytes + used : 0;
  }
  if (!is_bodyless && !head->has_length) die("the server ends an answer by hanging up");
  answer->body = body;
  answer->body_length = is_bodyless ? 0 : head->length;
  return left < answer->body_length ? 0 : head->bytes + answer->body_length;
}
