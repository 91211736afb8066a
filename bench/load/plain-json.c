#include "plain-json.h"
#include "topics.h"
#include <string.h>

/** A version as text: the epoch's 16 hexadecimal digits, a dot, the offset. Times are 13 digits until the year 2286. */
#define EPOCH_DIGITS 16
#define TIME_DIGITS 13

static size_t decimal_digits(uint64_t number) {
  size_t digits = 1;
  while (number >= 10) number /= 10, digits++;
  return digits;
}

size_t plain_json_frame_bytes(const Options *options, uint32_t topic, size_t value_length, uint64_t number) {
  char path[PATH_BYTES_MAX];
  size_t quotes = options->payload == PAYLOAD_TEXT ? 2 : 0;
  size_t text = strlen("{\"path\":\"\",\"value\":,\"version\":\".\",\"time\":}") + topic_path(options, topic, path) +
                value_length + quotes + EPOCH_DIGITS + decimal_digits(number) + TIME_DIGITS;
  size_t header = text < 126 ? 2 : text < 65536 ? 4 : 10;
  return header + text;
}
