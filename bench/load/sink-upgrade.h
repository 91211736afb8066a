// How a publisher's connection becomes a WebSocket.
#pragma once
#include "sink.h"

/** Asks for it, and reads until the answer is complete; keeps what came behind it. False if the server does not agree in time. */
bool sink_upgrade(Sink *sink, const char *path, const char *subprotocol, uint64_t until);
