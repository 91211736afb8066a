// One measurement: publish at a fixed rate, let it settle, count for so many seconds, wait for the rest, report.
#pragma once
#include "load.h"

typedef struct MeasurePlan {
  double rate;
  double warm_seconds;
  double seconds;
  /** How long to wait for what is still missing. */
  double drain_seconds;
  /** An update older than this when it comes makes the rest pointless; 0: measure to the end. */
  double hopeless_ms;
} MeasurePlan;

/** Prints one `measured` line. */
void measure(Load *load, const MeasurePlan *plan);
