// The main thread's loop: one turn of sockets, timers and dialling.
#pragma once
#include "load.h"

void load_start(Load *load, Options options);
/** Waits for sockets at most so long, and handles all that is ready. */
void load_serve(Load *load, int timeout_ms);
/** Readers that are connected and read. */
uint32_t load_live(const Load *load);
/** Readings of live connections that are not the newest published value. */
uint64_t load_stale(const Load *load);
