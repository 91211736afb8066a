// The client side of RFC 6455, as far as a load client needs it: the opening handshake and unfragmented frames.
#pragma once
#include "options.h"

enum { OPCODE_TEXT = 1, OPCODE_BINARY = 2, OPCODE_CLOSE = 8, OPCODE_PING = 9, OPCODE_PONG = 10 };

/** Room that a frame's header may need in front of its payload. */
#define WEBSOCKET_HEADER_MAX 14

typedef struct WebSocketFrame {
  uint8_t opcode;
  const uint8_t *payload;
  size_t length;
} WebSocketFrame;

/** Writes the request that opens a WebSocket; `subprotocol` may be NULL. Returns its length. */
size_t websocket_request(char *out, size_t size, const Options *server, const char *path, const char *subprotocol);

/** What came of the request so far. */
typedef enum Upgrade { UPGRADE_WAITING, UPGRADE_AGREED, UPGRADE_REFUSED } Upgrade;

/** Reads the answer; once the server agreed, `head` is how many bytes the answer took. */
Upgrade websocket_answer(const uint8_t *data, size_t length, const char *subprotocol, size_t *head);

/** Finds the frame at the front: its whole length, or 0 while it is incomplete. Fragments are not understood. */
size_t websocket_read(const uint8_t *data, size_t length, WebSocketFrame *frame);

/** Starts a frame: leaves room for its header. Append the payload, then seal it. */
void websocket_begin(Bytes *out);

/**
 * Writes the header into the room that was left and returns where the frame begins. Frames from a client are masked
 * (RFC 6455 §5.3); the key here is zero, which leaves the payload as it is. That protects no proxy, and there is none.
 */
size_t websocket_seal(Bytes *out, uint8_t opcode);
