#include "options.h"
#include <stdlib.h>
#include <string.h>

typedef struct NumberOption {
  const char *name;
  size_t offset;
} NumberOption;

#define NUMBER(name, member) {name, offsetof(Options, member)}
static const NumberOption number_options[] = {
    NUMBER("port", port),
    NUMBER("ingest-port", ingest_port),
    NUMBER("server-pid", server_pid),
    NUMBER("seed", seed),
    NUMBER("subscribers", subscribers),
    NUMBER("topics", topics),
    NUMBER("own", own),
    NUMBER("deep", deep),
    NUMBER("subscriptions", subscriptions),
    NUMBER("publishers", publishers),
    NUMBER("lines", lines),
    NUMBER("mqtt-version", mqtt_version),
    NUMBER("qos", qos),
    NUMBER("interval", interval),
    NUMBER("delivery", delivery),
    NUMBER("complete", complete),
    NUMBER("snapshot", snapshot),
    NUMBER("deltas", deltas),
    NUMBER("size", size),
    NUMBER("sample", sample),
    NUMBER("track", track),
    NUMBER("keep", keep),
    NUMBER("session-timeout", session_timeout),
};

static const char *const asking_names[] = {"each", "branch", "everything", "nothing", "lines", NULL};
static const char *const request_names[] = {"put", "batch", "get", "unchanged", NULL};
static const char *const payload_names[] = {"text", "quote", "stamped-quote", "match", NULL};

static uint32_t number_of(const char *name, const char *text) {
  char *end;
  unsigned long number = strtoul(text, &end, 10);
  if (*text == '\0' || *end != '\0' || number > UINT32_MAX) die("--%s=%s is not a number", name, text);
  return (uint32_t)number;
}

static int position_in(const char *const *names, const char *name, const char *value) {
  for (int i = 0; names[i] != NULL; i++) {
    if (strcmp(names[i], value) == 0) return i;
  }
  die("--%s=%s is not known", name, value);
}

static void set_option(Options *options, const char *name, const char *value) {
  if (strcmp(name, "dialect") == 0) {
    options->dialect = value;
  } else if (strcmp(name, "host") == 0) {
    options->host = value;
  } else if (strcmp(name, "asking") == 0) {
    options->asking = (Asking)position_in(asking_names, name, value);
  } else if (strcmp(name, "requests") == 0) {
    options->requests = (RequestKind)position_in(request_names, name, value);
  } else if (strcmp(name, "payload") == 0) {
    options->payload = (PayloadKind)position_in(payload_names, name, value);
  } else {
    for (size_t i = 0; i < sizeof number_options / sizeof *number_options; i++) {
      if (strcmp(number_options[i].name, name) != 0) continue;
      *(uint32_t *)(void *)((char *)options + number_options[i].offset) = number_of(name, value);
      return;
    }
    die("there is no option --%s", name);
  }
}

Options options_read(int count, char **arguments) {
  Options options = {
      .dialect = "rivulet",
      .host = "127.0.0.1",
      .seed = 1,
      .subscribers = 1,
      .topics = 1,
      .subscriptions = 1,
      .publishers = 1,
      .lines = 1,
      .mqtt_version = 4,
      .snapshot = 1,
      .size = 100,
      .sample = 20,
      .track = 1,
  };
  for (int i = 1; i < count; i++) {
    char *equals = strchr(arguments[i], '=');
    if (strncmp(arguments[i], "--", 2) != 0 || equals == NULL) die("%s is not --name=value", arguments[i]);
    *equals = '\0';
    set_option(&options, arguments[i] + 2, equals + 1);
  }
  if (options.port == 0) die("--port is missing");
  if (options.topics == 0 || options.publishers == 0) die("--topics and --publishers must be 1 or more");
  if (options.qos > 1) die("--qos must be 0 or 1");
  return options;
}
