// One line of JSON on stdout answers each command.
#pragma once
#include "basics.h"

void report_begin(const char *event);
void report_count(const char *name, uint64_t count);
void report_number(const char *name, double number);
void report_end(void);
