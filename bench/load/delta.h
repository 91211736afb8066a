// Applies a delta to the value that is held: the reader's half of codecs/delta, whose README has the format.
#pragma once
#include "basics.h"

/** Appends the new value to `out`; false if the delta does not fit the base. */
bool delta_apply(const uint8_t *base, size_t base_length, const uint8_t *delta, size_t delta_length, Bytes *out);
