// What every part of the load client needs: time, memory that is there or ends the program, bytes that grow within a
// bound.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define NS_PER_MS 1000000ull
#define NS_PER_SECOND 1000000000ull

/** Ends the program with a sentence on stderr. A load client that cannot go on must not print a figure. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Zeroed memory; ends the program where there is none. */
void *allocate(size_t count, size_t size);

/** The monotonic clock, ns; the same clock for every process of this machine. */
static inline uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * NS_PER_SECOND + (uint64_t)time.tv_nsec;
}

/** Sleeps until the monotonic clock shows `time`, ns; not at all if that has been. */
void sleep_until(uint64_t time);

/** Has this thread's timers go off within 1 µs; the default slack of 50 µs would be most of what a quiet link's latency consists of. */
void wake_on_time(void);

/** Bytes that grow by doubling, up to BYTES_MAX. */
typedef struct Bytes {
  uint8_t *data;
  size_t length;
  size_t capacity;
} Bytes;

/** More than any frame the gateway sends; a peer that wants more is broken. */
#define BYTES_MAX ((size_t)64 << 20)

/** Makes room for `more` bytes behind the present ones. */
void bytes_reserve(Bytes *bytes, size_t more);
void bytes_append(Bytes *bytes, const void *data, size_t length);
/** Forgets the first `count` bytes. */
void bytes_drop_front(Bytes *bytes, size_t count);
void bytes_free(Bytes *bytes);
