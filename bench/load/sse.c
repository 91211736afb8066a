// Readers of event streams over HTTP/1.1. A stream comes in chunks or as it is; an event may begin in one chunk and end in another.
//
//   sse         Rivulet: data are {"path":"…","type":"string","value":"VALUE",…}; ready once synced
//   plain-sse   data are the value, as a JSON string or bare; ready once the head came
//   nchan       the same, with nchan's way of taking publishes
#include "connection.h"
#include "delivery.h"
#include "event-stream.h"
#include "http-answer.h"
#include <stdio.h>
#include <string.h>

#define BEGINNING_BYTES_MAX (PATH_BYTES_MAX + 40)

/** What the data of an update of one topic begin with, up to the value. */
struct Beginning {
  char text[BEGINNING_BYTES_MAX];
  size_t length;
};
typedef struct Beginning Beginning;

static Beginning *make_beginnings(const Options *options) {
  char path[PATH_BYTES_MAX];
  uint32_t topics = topics_total(options);
  Beginning *beginnings = allocate(topics, sizeof(Beginning));
  for (uint32_t i = 0; i < topics; i++) {
    topic_path(options, i, path);
    int length = snprintf(beginnings[i].text, BEGINNING_BYTES_MAX,
                          "{\"path\":\"%s\",\"type\":\"string\",\"value\":\"", path);
    beginnings[i].length = (size_t)length;
  }
  return beginnings;
}

static void append_text(Bytes *out, const char *text) { bytes_append(out, text, strlen(text)); }

/** In a query `#` would end it. Nothing else in selectors here needs to be encoded. */
static void append_selector(Bytes *out, const char *selector) {
  for (const char *at = selector; *at != '\0'; at++) {
    if (*at == '#') append_text(out, "%23");
    else bytes_append(out, at, 1);
  }
}

static void ask(Connection *connection, const char *path) {
  Load *load = connection->load;
  const Options *options = &load->options;
  Bytes *out = &load->scratch;
  char selector[PATH_BYTES_MAX];
  if (options->payload != PAYLOAD_TEXT) die("event streams are read with --payload=text only");
  connection->stream.is_open = false;
  connection->stream.text.length = 0;
  out->length = 0;
  append_text(out, "GET ");
  append_text(out, path);
  for (uint32_t i = 0; i < selectors_count(options); i++) {
    selector_print(options, connection->id, i, selector);
    if (i > 0) append_text(out, "&topic=");
    append_selector(out, selector);
  }
  append_text(out, options->snapshot ? "" : "&snapshot=false");
  append_text(out, " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n\r\n");
  connection_send_bytes(connection, out->data, out->length);
}

static void opened(Connection *connection) {
  Load *load = connection->load;
  if (load->beginnings == NULL) load->beginnings = make_beginnings(&load->options);
  ask(connection, "/sse?topic=");
}

static void opened_plain(Connection *connection) { ask(connection, "/stream/"); }

/** The topic that the value at hand says it is of; UINT32_MAX if it came to somebody who did not ask for it. */
static uint32_t topic_at(const Connection *connection, const uint8_t *value) {
  const Options *options = &connection->load->options;
  uint32_t topic = stamp_topic(value);
  return topic - topics_first(options, connection->id) < topics_read(options) ? topic : UINT32_MAX;
}

static void deliver(Connection *connection, uint32_t topic, const uint8_t *value, bool is_snapshot) {
  Load *load = connection->load;
  if (topic == UINT32_MAX) {
    load->tally.misrouted++;
    return;
  }
  load->tally.values++;
  Reading *reading = &connection->readings[topic - topics_first(&load->options, connection->id)];
  delivery_record(connection, reading, topic, value, load->options.size, is_snapshot);
}

/** Paths of a run are equally long, so that the value begins where it does with the first topic. */
static void update_was_received(Connection *connection, const StreamEvent *event) {
  Load *load = connection->load;
  const Beginning *beginnings = load->beginnings;
  size_t at = beginnings[topics_first(&load->options, connection->id)].length, size = load->options.size;
  if (event->data_length <= at + size || event->data[at + size] != '"') {
    load->tally.corrupt++;
    return;
  }
  uint32_t topic = topic_at(connection, event->data + at);
  bool named = topic != UINT32_MAX && memcmp(event->data, beginnings[topic].text, at) == 0;
  deliver(connection, named ? topic : UINT32_MAX, event->data + at, !event->has_id);
}

static void received(Connection *connection, const StreamEvent *event) {
  Load *load = connection->load;
  if (event_is(event, "update")) {
    update_was_received(connection, event);
  } else if (event_is(event, "synced")) {
    connection_is_ready(connection);
  } else if (event_is(event, "resync")) {
    load->tally.resynchronised++;
  } else {
    int length = event->data_length < 200 ? (int)event->data_length : 200;
    fprintf(stderr, "load: connection %u was told %.*s\n", connection->id, length, (const char *)event->data);
    load->tally.corrupt++;
  }
}

static void received_plain(Connection *connection, const StreamEvent *event) {
  Load *load = connection->load;
  size_t quotes = event->data_length > 0 && event->data[0] == '"' ? 2 : 0;
  if (event->data_length != load->options.size + quotes) {
    load->tally.corrupt++;
    return;
  }
  const uint8_t *value = event->data + quotes / 2;
  deliver(connection, topic_at(connection, value), value, false);
}

/** Handles the events that are whole; returns the bytes used. */
static size_t take_events(Connection *connection, const uint8_t *text, size_t length) {
  StreamEvent event;
  size_t used = 0, size;
  while ((size = event_read(text + used, length - used, &event)) > 0) {
    used += size;
    if (event.is_odd) connection->load->tally.corrupt++;
    else if (event.data != NULL) connection->load->dialect->event_received(connection, &event);
  }
  return used;
}

/** Most chunks hold whole events and are read where they are. */
static void chunk_was_received(Connection *connection, const HttpChunk *chunk) {
  Bytes *text = &connection->stream.text;
  if (text->length > 0) {
    bytes_append(text, chunk->data, chunk->length);
    bytes_drop_front(text, take_events(connection, text->data, text->length));
    return;
  }
  size_t used = take_events(connection, chunk->data, chunk->length);
  bytes_append(text, chunk->data + used, chunk->length - used);
}

static size_t take_head(Connection *connection, const uint8_t *data, size_t length) {
  HttpHead head;
  if (!http_read_head(data, length, &head)) return 0;
  if (head.status != 200) {
    if (!connection->load->options.keep) die("the server refused: %.*s", (int)length, (const char *)data);
    connection->load->tally.refused++;
    connection_lose(connection);
    return length;
  }
  connection->stream = (EventStream){.is_open = true, .is_chunked = head.is_chunked, .text = connection->stream.text};
  if (connection->load->dialect != &dialect_sse) connection_is_ready(connection);
  return head.bytes;
}

static size_t take(Connection *connection, const uint8_t *data, size_t length) {
  HttpChunk chunk;
  if (!connection->stream.is_open) return take_head(connection, data, length);
  if (!connection->stream.is_chunked) return take_events(connection, data, length);
  size_t size = http_read_chunk(data, length, &chunk);
  if (size == 0) return 0;
  if (chunk.length == 0) connection_lose(connection);
  else chunk_was_received(connection, &chunk);
  return size;
}

const Dialect dialect_sse = {
    .name = "sse",
    .sink = &sink_rivulet,
    .opened = opened,
    .take = take,
    .event_received = received,
};

const Dialect dialect_plain_sse = {
    .name = "plain-sse",
    .sink = &sink_plain,
    .opened = opened_plain,
    .take = take,
    .event_received = received_plain,
};

const Dialect dialect_nchan = {
    .name = "nchan",
    .sink = &sink_nchan,
    .opened = opened_plain,
    .take = take,
    .event_received = received_plain,
};
