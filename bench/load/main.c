// The load client. Options fix what is read and how (options.h); then each line on stdin is a command, answered by
// one line of JSON. Between commands everybody goes on reading, acknowledging and keeping alive.
//
//   connect count=N [parallel=N] [timeout=S]       opens N more subscribers, until all have what they asked for
//   fill [timeout=S]                               publishes every topic once, as fast as the server takes it
//   measure rate=R warm=S seconds=S [drain=S] [hopeless=MS]
//   stall count=N                                  the first N subscribers stop reading
//   publish rate=R                                 goes on in the background, through breaks of the connection
//   recover [timeout=S]                            waits for a loss of all connections, and until all is right again
//   watch seconds=S [group=0|1]                    how old is what the readers hold?
//   request [warm=S] [seconds=S] [verify=0|1]      asks an HTTP server as fast as it answers (requests.h)
//   redial                                         all subscribers drop their connection and dial again
//   quit
#include "connection.h"
#include "measure.h"
#include "publisher.h"
#include "report.h"
#include "requests.h"
#include "serve.h"
#include "watch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

static Load load;
static Publisher background;
static bool publishing = false;

/** The number behind `name=` in a command, or `otherwise`. */
static double argument(const char *line, const char *name, double otherwise) {
  size_t length = strlen(name);
  for (const char *at = strchr(line, ' '); at != NULL; at = strchr(at + 1, ' ')) {
    if (strncmp(at + 1, name, length) == 0 && at[1 + length] == '=') return strtod(at + 2 + length, NULL);
  }
  return otherwise;
}

static uint64_t deadline(const char *line, double otherwise) {
  return now_ns() + (uint64_t)(argument(line, "timeout", otherwise) * 1e9);
}

static void command_connect(const char *line) {
  uint32_t target = load.begun + (uint32_t)argument(line, "count", 1);
  uint32_t parallel = (uint32_t)argument(line, "parallel", 100);
  uint64_t begin = now_ns(), until = deadline(line, 60);
  uint64_t snapshots = load.tally.snapshots;
  if (target > load.options.subscribers) die("%u subscribers, but --subscribers=%u", target, load.options.subscribers);
  while ((load.begun < target || load.ready < target) && now_ns() < until) {
    while (load.begun < target && load.begun - load.ready < parallel) connection_dial(&load.connections[load.begun++]);
    load_serve(&load, 10);
  }
  report_begin("connected");
  report_count("ready", load.ready);
  report_count("missing", target - load.ready);
  report_count("snapshots", load.tally.snapshots - snapshots);
  report_number("seconds", (double)(now_ns() - begin) / 1e9);
  report_end();
}

static void command_fill(const char *line) {
  uint64_t begin = now_ns();
  bool taken = publish_each_once(&load, (uint64_t)(argument(line, "timeout", 120) * 1e9));
  report_begin("filled");
  report_count("topics", topics_total(&load.options));
  report_count("taken", taken);
  report_number("seconds", (double)(now_ns() - begin) / 1e9);
  report_end();
}

static void command_measure(const char *line) {
  MeasurePlan plan = {
      .rate = argument(line, "rate", 0),
      .warm_seconds = argument(line, "warm", 1),
      .seconds = argument(line, "seconds", 10),
      .drain_seconds = argument(line, "drain", 3),
      .hopeless_ms = argument(line, "hopeless", 0),
  };
  if (plan.rate <= 0) die("measure wants a rate");
  measure(&load, &plan);
}

/** Bytes that lie unread in the sockets of those who stopped reading. */
static uint64_t unread_bytes(void) {
  uint64_t unread = 0;
  for (uint32_t i = 0; i < load.begun; i++) {
    const Connection *connection = &load.connections[i];
    int count = 0;
    if (connection->stalled && ioctl(connection->socket, FIONREAD, &count) == 0) unread += (uint64_t)count;
  }
  return unread;
}

static void command_stall(const char *line) {
  uint32_t count = (uint32_t)argument(line, "count", 0);
  for (uint32_t i = 0; i < count && i < load.begun; i++) {
    if (!load.connections[i].stalled) connection_stall(&load.connections[i]);
  }
  report_begin("stalled");
  report_count("live", load_live(&load));
  report_count("unread", unread_bytes());
  report_end();
}

static void command_publish(const char *line) {
  publisher_start(&background, &load, (PublisherPlan){argument(line, "rate", 1), now_ns(), UINT64_MAX, true});
  publisher_await(&background);
  publishing = true;
  report_begin("publishing");
  report_end();
}

/** A value published a moment ago may still be on its way; one that was there before must have arrived. */
static bool all_is_right(void) {
  const uint64_t grace = 500 * NS_PER_MS;
  uint64_t now = now_ns();
  if (load.ready < load.begun) return false;
  for (uint32_t i = 0; i < load.begun; i++) {
    uint32_t first = topics_first(&load.options, i);
    for (uint32_t k = 0; k < topics_read(&load.options); k++) {
      uint32_t newest = load.payload.newest[first + k], held = load.connections[i].readings[k].sequence;
      bool on_its_way = held + 1 == newest && now - load.payload.newest_time[first + k] < grace;
      if (held == 0 || (held != newest && !on_its_way)) return false;
    }
  }
  return true;
}

static void command_recover(const char *line) {
  uint64_t until = deadline(line, 60), lost_at = 0, ready_at = 0, right_at = 0;
  uint32_t breaks = background.breaks;
  memset(&load.tally, 0, sizeof load.tally);
  while (right_at == 0 && now_ns() < until) {
    load_serve(&load, 10);
    if (lost_at == 0 && load.tally.lost > 0) lost_at = now_ns();
    if (load.tally.lost < load.begun || background.breaks == breaks) continue;
    if (ready_at == 0 && load.ready == load.begun) ready_at = now_ns();
    if (ready_at > 0 && background.restored && all_is_right()) right_at = now_ns();
  }
  report_begin("recovered");
  report_count("ready", load.ready);
  report_count("refused", load.tally.refused + background.refused);
  report_count("corrupt", load.tally.corrupt + load.tally.misrouted);
  report_count("resynchronised", load.tally.resynchronised);
  report_number("readySeconds", ready_at > 0 ? (double)(ready_at - lost_at) / 1e9 : -1);
  report_number("rightSeconds", right_at > 0 ? (double)(right_at - lost_at) / 1e9 : -1);
  report_end();
}

static void command_watch(const char *line) {
  watch_readers(&load, &(WatchPlan){argument(line, "seconds", 1), (uint32_t)argument(line, "group", 0)});
}

static void command_request(const char *line) {
  RequestPlan plan = {
      .warm_seconds = argument(line, "warm", 1),
      .seconds = argument(line, "seconds", 10),
      .verify = argument(line, "verify", 0) > 0,
  };
  request(&load, &plan);
}

static void command_redial(const char *line) {
  (void)line;
  for (uint32_t i = 0; i < load.begun; i++) connection_redial(&load.connections[i]);
  report_begin("redialling");
  report_end();
}

typedef struct Command {
  const char *name;
  void (*run)(const char *line);
} Command;

static const Command commands[] = {
    {"connect", command_connect}, {"fill", command_fill},       {"measure", command_measure},
    {"stall", command_stall},     {"publish", command_publish}, {"recover", command_recover},
    {"watch", command_watch},     {"redial", command_redial},   {"request", command_request},
};

/** Carries out one line; false for `quit`. */
static bool carry_out(char *line) {
  size_t length = strcspn(line, " \n");
  line[strcspn(line, "\n")] = '\0';
  if (strcmp(line, "quit") == 0) return false;
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (strlen(commands[i].name) != length || strncmp(commands[i].name, line, length) != 0) continue;
    commands[i].run(line);
    return true;
  }
  die("there is no command %s", line);
}

int main(int count, char **arguments) {
  char line[512];
  // Unbuffered, so that a second line cannot hide in a buffer while select waits for it.
  setvbuf(stdin, NULL, _IONBF, 0);
  load_start(&load, options_read(count, arguments));
  report_begin("started");
  report_end();
  for (;;) {
    fd_set input;
    struct timeval none = {0};
    FD_ZERO(&input);
    FD_SET(STDIN_FILENO, &input);
    if (select(STDIN_FILENO + 1, &input, NULL, NULL, &none) == 0) {
      load_serve(&load, 5);
      continue;
    }
    if (fgets(line, sizeof line, stdin) == NULL || !carry_out(line)) break;
  }
  if (publishing) publisher_end(&background, true);
  return 0;
}
