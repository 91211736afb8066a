#include "websocket.h"
#include <stdio.h>
#include <string.h>

// The key of RFC 6455 §1.3 and the answer that belongs to it: one fixed pair is enough to see that the server knows
// how.
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define KEY_ANSWER "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

size_t websocket_request(char *out, size_t size, const Options *server, const char *path, const char *subprotocol) {
  int length = snprintf(out, size,
                        "GET %s HTTP/1.1\r\nHost: %s:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n%s%s%s\r\n",
                        path, server->host, server->port, subprotocol != NULL ? "Sec-WebSocket-Protocol: " : "",
                        subprotocol != NULL ? subprotocol : "", subprotocol != NULL ? "\r\n" : "");
  if (length < 0 || (size_t)length >= size) die("a request for %s is too long", path);
  return (size_t)length;
}

Upgrade websocket_answer(const uint8_t *data, size_t length, const char *subprotocol, size_t *head) {
  const uint8_t *end = memmem(data, length, "\r\n\r\n", 4);
  if (end == NULL) return UPGRADE_WAITING;
  *head = (size_t)(end - data) + 4;
  bool agreed = memcmp(data, "HTTP/1.1 101", 12) == 0 && memmem(data, *head, KEY_ANSWER, strlen(KEY_ANSWER)) != NULL &&
                (subprotocol == NULL || memmem(data, *head, subprotocol, strlen(subprotocol)) != NULL);
  return agreed ? UPGRADE_AGREED : UPGRADE_REFUSED;
}

static uint64_t big_endian(const uint8_t *at, int count) {
  uint64_t number = 0;
  for (int i = 0; i < count; i++) number = number << 8 | at[i];
  return number;
}

size_t websocket_read(const uint8_t *data, size_t length, WebSocketFrame *frame) {
  if (length < 2) return 0;
  uint8_t short_length = data[1] & 0x7f;
  size_t header = short_length < 126 ? 2 : short_length == 126 ? 4 : 10;
  if (length < header) return 0;
  uint64_t payload = header == 2 ? short_length : big_endian(data + 2, (int)header - 2);
  bool whole = (data[0] & 0xf0) == 0x80 && (data[0] & 0x0f) != 0 && (data[1] & 0x80) == 0;
  if (!whole || payload > BYTES_MAX) die("the server sent a frame that begins %02x %02x", data[0], data[1]);
  if (length - header < payload) return 0;
  *frame = (WebSocketFrame){.opcode = data[0] & 0x0f, .payload = data + header, .length = (size_t)payload};
  return header + (size_t)payload;
}

void websocket_begin(Bytes *out) {
  out->length = 0;
  bytes_reserve(out, WEBSOCKET_HEADER_MAX);
  out->length = WEBSOCKET_HEADER_MAX;
}

size_t websocket_seal(Bytes *out, uint8_t opcode) {
  enum { MASKED = 0x80, MASK_BYTES = 4 };
  size_t payload = out->length - WEBSOCKET_HEADER_MAX;
  size_t length_bytes = payload < 126 ? 0 : payload < 65536 ? 2 : 8;
  size_t begin = WEBSOCKET_HEADER_MAX - MASK_BYTES - 2 - length_bytes;
  uint8_t *header = out->data + begin;
  header[0] = 0x80 | opcode;
  header[1] = (uint8_t)(MASKED | (length_bytes == 0 ? payload : length_bytes == 2 ? 126 : 127));
  for (size_t i = 0; i < length_bytes; i++) header[2 + i] = (uint8_t)(payload >> 8 * (length_bytes - 1 - i));
  memset(header + 2 + length_bytes, 0, MASK_BYTES);
  return begin;
}
