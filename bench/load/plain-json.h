// What the same updates would cost without Rivulet: each a WebSocket frame of {"path","value","version","time"}.
#pragma once
#include "options.h"

/** Bytes of the frame, header included, for a value of that length in the `number`th update of the server. */
size_t plain_json_frame_bytes(const Options *options, uint32_t topic, size_t value_length, uint64_t number);
