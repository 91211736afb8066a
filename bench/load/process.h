// What the kernel says of processes.
#pragma once
#include "basics.h"

/** Processor seconds that a process used so far, all its threads; 0 for process 0 or one that is gone. */
double process_cpu_seconds(uint32_t pid);
/** Processor seconds of this process. */
double own_cpu_seconds(void);
/** Processor seconds that everybody on this machine used, the kernel included, and other machines on the same processors. */
double machine_cpu_seconds(void);
