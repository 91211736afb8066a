#include "usage.h"
#include "process.h"
#include "report.h"

Usage usage_now(uint32_t server_pid) {
  return (Usage){now_ns(), process_cpu_seconds(server_pid), own_cpu_seconds(), machine_cpu_seconds()};
}

void usage_report(const Usage *begin, const Usage *end) {
  double seconds = (double)(end->at - begin->at) / 1e9;
  double server = seconds > 0 ? (end->server - begin->server) / seconds : 0;
  double load = seconds > 0 ? (end->load - begin->load) / seconds : 0;
  double machine = seconds > 0 ? (end->machine - begin->machine) / seconds : 0;
  report_number("seconds", seconds);
  report_number("serverCpu", server);
  report_number("loadCpu", load);
  report_number("foreignCpu", machine > server + load ? machine - server - load : 0);
}
