// One value reached one reader: is it the right one, whole, the next one, and how old?
#pragma once
#include "load.h"

/** `reading` is what the connection holds of `topic`. */
void delivery_record(Connection *connection, Reading *reading, uint32_t topic, const uint8_t *value, size_t length,
                     bool snapshot);

/** The same where nothing is remembered: counted and timed by its stamp, and that is all. */
void delivery_count(Load *load, const uint8_t *value, size_t length, bool snapshot);
