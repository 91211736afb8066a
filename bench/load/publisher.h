// Publishes in a thread of its own, open-loop: what is due is due, whether or not the server keeps up. Each value
// carries the time at which it was due, so that a server that stops taking them in is seen to be late.
#pragma once
#include "load.h"
#include <pthread.h>

typedef struct PublisherPlan {
  /** Updates a second, over all topics in turn. */
  double rate;
  uint64_t start;
  /** Nothing is due from here on; UINT64_MAX: until told to stop. */
  uint64_t end;
  /** Dial again and publish every topic once, as fast as it goes, when the connection is lost. */
  bool persistent;
} PublisherPlan;

typedef struct Publisher {
  Load *load;
  PublisherPlan plan;
  pthread_t thread;
  /** Connected for the first time. */
  atomic_bool opened;
  atomic_bool stop;
  atomic_bool finished;
  /** How long after it was due an update was put on its way. Read after the end. */
  Histogram late;
  _Atomic uint64_t sent;
  _Atomic uint64_t refused;
  /** Publishes that the server was to acknowledge and has not. Read after the end. */
  _Atomic uint64_t unacknowledged;
  /** Connections lost, and every topic published again since the last loss. */
  _Atomic uint32_t breaks;
  atomic_bool restored;
  /**
   * Updates due within the load's window, and the bytes that one reader of plain JSON frames would have got for them.
   */
  uint64_t due_in_window;
  uint64_t plain_bytes;
} Publisher;

void publisher_start(Publisher *publisher, Load *load, PublisherPlan plan);
/** Waits until it is connected. */
void publisher_await(const Publisher *publisher);
/** Ends it, at once where `now`, else when all that is due was sent. */
void publisher_end(Publisher *publisher, bool now);

/** Publishes each topic once, as fast as the server takes it; false if it did not take all in time. */
bool publish_each_once(Load *load, uint64_t timeout_ns);
