// One Update of a frame: whose it is, which version, and the value that it makes.
#pragma once
#include "load.h"
#include "protobuf.h"

/** Applies it to what the connection holds and raises `newest` to its offset if it moves the position; false if it is
 *  malformed or does not fit. [PROTOCOL 4] */
bool update_received(Connection *connection, Cursor message, uint64_t *newest);

/** Forgets all topic ids: another epoch began. [PROTOCOL 4.1] */
void update_forget_ids(Load *load);
