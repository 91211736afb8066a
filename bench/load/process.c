#include "process.h"
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static bool read_first_line(const char *path, char *line, int size) {
  FILE *file = fopen(path, "r");
  if (file == NULL) return false;
  bool read = fgets(line, size, file) != NULL;
  fclose(file);
  return read;
}

double process_cpu_seconds(uint32_t pid) {
  char path[64], line[1024];
  unsigned long user, system;
  snprintf(path, sizeof path, "/proc/%u/stat", pid);
  if (pid == 0 || !read_first_line(path, line, sizeof line)) return 0;
  // The name in brackets may hold anything; the numbers follow the last bracket.
  const char *behind_name = strrchr(line, ')');
  if (behind_name == NULL ||
      sscanf(behind_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) {
    return 0;
  }
  return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

double own_cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double machine_cpu_seconds(void) {
  char line[512];
  unsigned long user, nice, system, idle, wait, interrupt, soft, stolen;
  if (!read_first_line("/proc/stat", line, sizeof line) ||
      sscanf(line, "cpu %lu %lu %lu %lu %lu %lu %lu %lu", &user, &nice, &system, &idle, &wait, &interrupt, &soft, &stolen) != 8) {
    return 0;
  }
  return (double)(user + nice + system + interrupt + soft + stolen) / (double)sysconf(_SC_CLK_TCK);
}
