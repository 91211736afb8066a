// Processor time that was used while something was measured.
#pragma once
#include "basics.h"

/** What was used up to one moment. */
typedef struct Usage {
  uint64_t at;
  double server;
  double load;
  double machine;
} Usage;

Usage usage_now(uint32_t server_pid);
/** Adds the seconds between the two moments and the cores that server, load client and others used meanwhile. */
void usage_report(const Usage *begin, const Usage *end);
