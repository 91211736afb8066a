#include "report.h"
#include <inttypes.h>
#include <stdio.h>

void report_begin(const char *event) { printf("{\"event\":\"%s\"", event); }

void report_count(const char *name, uint64_t count) { printf(",\"%s\":%" PRIu64, name, count); }

void report_number(const char *name, double number) { printf(",\"%s\":%.4f", name, number); }

void report_end(void) {
  printf("}\n");
  fflush(stdout);
}
