// A socket of a subscriber: dialled without waiting, upgraded where the dialect is inside a WebSocket, then read frame by
// frame.
#pragma once
#include "load.h"

/** Starts to connect; the rest follows from `connection_ready_to`. */
void connection_dial(Connection *connection);

/** The socket can be read or written, as epoll's events say. */
void connection_ready_to(Connection *connection, uint32_t events);

/** Sends a frame that was begun with `websocket_begin`. What the socket does not take now follows later. */
void connection_send(Connection *connection, Bytes *frame, uint8_t opcode);

/** The same with bytes that need no frame around them. */
void connection_send_bytes(Connection *connection, const uint8_t *data, size_t length);

/** The dialect has all that it asked for. */
void connection_is_ready(Connection *connection);

/** Closes the socket; where sessions are kept it is dialled again after a random delay. */
void connection_lose(Connection *connection);

/** Closes the socket without a word and dials again at once: the device has another address. */
void connection_redial(Connection *connection);

/** Stops reading, as a peer does whose program hangs. */
void connection_stall(Connection *connection);
