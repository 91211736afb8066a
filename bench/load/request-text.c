#include "request-text.h"
#include <stdio.h>
#include <string.h>

#define HEAD_BYTES_MAX (PATH_BYTES_MAX + 256)
#define LINE_BEFORE "{\"path\":\""
#define LINE_BETWEEN "\",\"value\":\""
#define LINE_BEHIND "\"}\n"

/** Text that needs no escapes in JSON. */
static void append_value(Bytes *out, Load *load, uint32_t topic) {
  bytes_reserve(out, payload_bytes_max(&load->options));
  out->length += payload_make(&load->payload, topic, now_ns(), out->data + out->length);
}

static void append_head(Bytes *out, const Options *options, const char *line, const char *type, size_t length) {
  char head[HEAD_BYTES_MAX];
  int size = snprintf(head, sizeof head, "%s HTTP/1.1\r\nHost: %s:%u\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
                      line, options->host, options->port, type, length);
  bytes_append(out, head, (size_t)size);
}

void put_topic_put(Bytes *out, Load *load, uint32_t topic) {
  char path[PATH_BYTES_MAX], line[PATH_BYTES_MAX + 32];
  topic_path(&load->options, topic, path);
  snprintf(line, sizeof line, "PUT /api/v1/topics/%s", path);
  append_head(out, &load->options, line, "text/plain", load->options.size);
  append_value(out, load, topic);
}

void put_topic_get(Bytes *out, const Options *options, uint32_t topic, const char *etag, size_t etag_length) {
  char path[PATH_BYTES_MAX], head[HEAD_BYTES_MAX];
  topic_path(options, topic, path);
  int size = snprintf(head, sizeof head, "GET /api/v1/topics/%s HTTP/1.1\r\nHost: %s:%u\r\n", path, options->host,
                      options->port);
  bytes_append(out, head, (size_t)size);
  if (etag_length > 0) {
    bytes_append(out, "If-None-Match: ", strlen("If-None-Match: "));
    bytes_append(out, etag, etag_length);
    bytes_append(out, "\r\n", 2);
  }
  bytes_append(out, "\r\n", 2);
}

void put_batch(Bytes *out, Load *load, BatchTopics topics) {
  const Options *options = &load->options;
  uint32_t all = topics_total(options);
  Bytes *lines = &load->scratch;
  lines->length = 0;
  for (uint32_t i = 0; i < options->lines; i++) {
    char path[PATH_BYTES_MAX];
    uint32_t topic = (uint32_t)((topics.first + (uint64_t)i * topics.step) % all);
    bytes_append(lines, LINE_BEFORE, strlen(LINE_BEFORE));
    bytes_append(lines, path, topic_path(options, topic, path));
    bytes_append(lines, LINE_BETWEEN, strlen(LINE_BETWEEN));
    append_value(lines, load, topic);
    bytes_append(lines, LINE_BEHIND, strlen(LINE_BEHIND));
  }
  append_head(out, options, "POST /api/v1/publish", "application/x-ndjson", lines->length);
  bytes_append(out, lines->data, lines->length);
}
