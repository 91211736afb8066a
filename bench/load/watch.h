// How old is what the readers hold? Looked at again and again, whether or not anything comes.
#pragma once
#include "load.h"

/** Kinds of circumstances whose ages are counted apart. */
#define WATCH_GROUPS 2

typedef struct WatchPlan {
  double seconds;
  /** Which ages this adds to; they add up over all watches of a group. */
  uint32_t group;
} WatchPlan;

/**
 * Serves for so long, then prints one `watched` line: the ages of the group so far, and how long it took from the
 * beginning until every topic had a value that was due after it.
 */
void watch_readers(Load *load, const WatchPlan *plan);
