#include "topics.h"
#include <stdio.h>
#include <string.h>

#define LINES 10000u

uint32_t topics_total(const Options *options) {
  return options->own > 0 ? options->own * options->subscribers : options->topics;
}

uint32_t topics_first(const Options *options, uint32_t subscriber) { return options->own * subscriber; }

uint32_t topics_read(const Options *options) { return options->own > 0 ? options->own : options->topics; }

static uint32_t topics_per_line(const Options *options) { return (options->topics + LINES - 1) / LINES; }

/** Digit by digit, since the same with snprintf is a good part of what a small publish costs. */
static size_t shared_path(uint32_t topic, char *out) {
  static const char zeros[] = "bench/000000";
  if (topic > 999999) return (size_t)snprintf(out, PATH_BYTES_MAX, "bench/%06u", topic);
  memcpy(out, zeros, sizeof zeros);
  for (char *at = out + sizeof zeros - 2; topic > 0; topic /= 10) *at-- = (char)('0' + topic % 10);
  return sizeof zeros - 1;
}

size_t topic_path(const Options *options, uint32_t topic, char *out) {
  int length;
  if (!options->deep && options->own == 0) return shared_path(topic, out);
  if (options->deep) {
    uint32_t line = topic / topics_per_line(options);
    length = snprintf(out, PATH_BYTES_MAX, "plant/%02u/line/%02u/%02u", line / 100, line % 100,
                      topic % topics_per_line(options));
  } else {
    length = snprintf(out, PATH_BYTES_MAX, "bench/%05u/%02u", topic / options->own, topic % options->own);
  }
  return (size_t)length;
}

/** Reads the numbers of a path in their order; returns how many there are. */
static int numbers_in(const uint8_t *path, size_t length, uint32_t *numbers, int max) {
  int count = 0;
  bool inside = false;
  for (size_t i = 0; i < length; i++) {
    bool digit = path[i] >= '0' && path[i] <= '9';
    if (digit && !inside) {
      if (count == max) return max + 1;
      numbers[count++] = 0;
    }
    if (digit) numbers[count - 1] = numbers[count - 1] * 10 + (path[i] - '0');
    inside = digit;
  }
  return count;
}

bool topic_of_path(const Options *options, const uint8_t *path, size_t length, uint32_t *topic) {
  uint32_t number[3];
  int count = numbers_in(path, length, number, 3);
  if (options->deep && count == 3) {
    *topic = (number[0] * 100 + number[1]) * topics_per_line(options) + number[2];
  } else if (!options->deep && options->own > 0 && count == 2) {
    *topic = number[0] * options->own + number[1];
  } else if (!options->deep && options->own == 0 && count == 1) {
    *topic = number[0];
  } else {
    return false;
  }
  char expected[PATH_BYTES_MAX];
  return topic_path(options, *topic, expected) == length && memcmp(expected, path, length) == 0;
}

uint32_t selectors_count(const Options *options) {
  switch (options->asking) {
    case ASK_EACH: return topics_read(options);
    case ASK_LINES: return options->subscriptions;
    case ASK_NOTHING: return 0;
    default: return 1;
  }
}

void selector_print(const Options *options, uint32_t subscriber, uint32_t number, char *out) {
  uint32_t line = (subscriber * options->subscriptions + number) % LINES;
  switch (options->asking) {
    case ASK_EACH: topic_path(options, topics_first(options, subscriber) + number, out); return;
    case ASK_EVERYTHING: strcpy(out, "#"); return;
    case ASK_NOTHING: *out = '\0'; return;
    case ASK_LINES: snprintf(out, PATH_BYTES_MAX, "plant/%02u/line/%02u/+", line / 100, line % 100); return;
    case ASK_BRANCH:
      if (options->own > 0) snprintf(out, PATH_BYTES_MAX, "bench/%05u/+", subscriber);
      else strcpy(out, options->deep ? "plant/#" : "bench/#");
  }
}
