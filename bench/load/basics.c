#include "basics.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

void die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("load: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

void sleep_until(uint64_t time) {
  struct timespec until = {.tv_sec = (time_t)(time / NS_PER_SECOND), .tv_nsec = (long)(time % NS_PER_SECOND)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

void wake_on_time(void) { prctl(PR_SET_TIMERSLACK, 1000ul); }

void *allocate(size_t count, size_t size) {
  void *memory = calloc(count > 0 ? count : 1, size);
  if (memory == NULL) die("no memory for %zu x %zu bytes", count, size);
  return memory;
}

void bytes_reserve(Bytes *bytes, size_t more) {
  size_t needed = bytes->length + more;
  if (needed <= bytes->capacity) return;
  if (needed > BYTES_MAX) die("a buffer wants %zu bytes, more than any frame", needed);
  size_t capacity = bytes->capacity > 0 ? bytes->capacity : 256;
  while (capacity < needed) capacity *= 2;
  bytes->data = realloc(bytes->data, capacity);
  if (bytes->data == NULL) die("no memory for %zu bytes", capacity);
  bytes->capacity = capacity;
}

void bytes_append(Bytes *bytes, const void *data, size_t length) {
  if (length == 0) return;
  bytes_reserve(bytes, length);
  memcpy(bytes->data + bytes->length, data, length);
  bytes->length += length;
}

void bytes_drop_front(Bytes *bytes, size_t count) {
  if (count < bytes->length) memmove(bytes->data, bytes->data + count, bytes->length - count);
  bytes->length -= count;
}

void bytes_free(Bytes *bytes) {
  free(bytes->data);
  *bytes = (Bytes){0};
}
