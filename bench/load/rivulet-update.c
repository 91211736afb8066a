#include "rivulet-update.h"
#include "delivery.h"
#include "delta.h"
#include <stdlib.h>
#include <string.h>

/** Ids are given out one after the other; a greater one is nonsense. */
#define TOPIC_IDS_MAX (64u << 20)

typedef struct WireUpdate {
  uint32_t id;
  uint64_t skipped;
  uint64_t offset;
  Cursor value;
  Cursor delta;
  Cursor path;
  bool snapshot;
  bool removed;
} WireUpdate;

#define TAG(field, wire) ((field) << 3 | (wire))

static bool read_update(Cursor message, WireUpdate *update) {
  uint64_t tag, number;
  while (message.at < message.end) {
    bool read = read_varint(&message, &tag);
    switch (tag) {
      case TAG(1, WIRE_VARINT):
        read = read && read_varint(&message, &number);
        update->id = (uint32_t)number;
        break;
      case TAG(2, WIRE_BYTES): read = read && read_bytes(&message, &update->delta); break;
      case TAG(3, WIRE_VARINT): read = read && read_varint(&message, &update->skipped); break;
      case TAG(5, WIRE_BYTES): read = read && read_bytes(&message, &update->value); break;
      case TAG(6, WIRE_VARINT): read = read && read_varint(&message, &update->offset); break;
      case TAG(9, WIRE_BYTES): read = read && read_bytes(&message, &update->path); break;
      case TAG(12, WIRE_VARINT):
        read = read && read_varint(&message, &number);
        update->snapshot = number != 0;
        break;
      case TAG(13, WIRE_VARINT):
        read = read && read_varint(&message, &number);
        update->removed = number != 0;
        break;
      default: read = read && skip_field(&message, (uint32_t)tag & 7);
    }
    if (!read) return false;
  }
  return update->id < TOPIC_IDS_MAX;
}

void update_forget_ids(Load *load) {
  if (load->topic_of_id == NULL) return;
  memset(load->topic_of_id, 0, load->topic_of_id_count * sizeof *load->topic_of_id);
}

static void remember_id(Load *load, uint32_t id, uint32_t topic) {
  if (id >= load->topic_of_id_count) {
    uint32_t count = id + 1 < 1024 ? 1024 : (id + 1) * 2;
    load->topic_of_id = realloc(load->topic_of_id, count * sizeof *load->topic_of_id);
    if (load->topic_of_id == NULL) die("no memory for %u topic ids", count);
    memset(load->topic_of_id + load->topic_of_id_count, 0, (count - load->topic_of_id_count) * sizeof(uint32_t));
    load->topic_of_id_count = count;
  }
  load->topic_of_id[id] = topic + 1;
}

/** What this connection holds of the update's topic; NULL if it cannot be meant. */
static Reading *find_reading(Connection *connection, const WireUpdate *update, uint32_t *topic) {
  Load *load = connection->load;
  bool binds = update->path.at != NULL;
  if (binds) {
    if (!topic_of_path(&load->options, update->path.at, cursor_length(update->path), topic)) return NULL;
    remember_id(load, update->id, *topic);
  } else {
    uint32_t known = update->id < load->topic_of_id_count ? load->topic_of_id[update->id] : 0;
    if (known == 0) return NULL;
    *topic = known - 1;
  }
  uint32_t index = *topic - topics_first(&load->options, connection->id);
  if (index >= topics_read(&load->options)) return NULL;
  Reading *reading = &connection->readings[index];
  if (binds) reading->bound = true;
  return reading->bound ? reading : NULL;
}

static void keep_value(Reading *reading, const uint8_t *value, size_t length) {
  if (length > reading->capacity) {
    free(reading->value);
    reading->capacity = (uint32_t)length + 32;
    reading->value = allocate(reading->capacity, 1);
  }
  memcpy(reading->value, value, length);
  reading->length = (uint32_t)length;
}

/** The value that the update makes; false if its delta does not fit. */
static bool value_of(Connection *connection, Reading *reading, const WireUpdate *update, Cursor *value) {
  Load *load = connection->load;
  if (update->delta.at == NULL) {
    *value = update->value;
    load->tally.values++;
  } else {
    Bytes *made = &load->value_scratch;
    made->length = 0;
    size_t length = cursor_length(update->delta);
    if (!delta_apply(reading->value, reading->length, update->delta.at, length, made)) return false;
    *value = (Cursor){made->data, made->data + made->length};
    load->tally.deltas++;
  }
  if (load->options.deltas) keep_value(reading, value->at, cursor_length(*value));
  return true;
}

static bool fault(Load *load, const char *what) {
  load->fault = what;
  return false;
}

/** Where only counting is asked for: nothing is remembered, so that relative offsets mean nothing here. */
static bool count_only(Load *load, const WireUpdate *update, uint64_t *newest) {
  delivery_count(load, update->value.at, cursor_length(update->value), update->snapshot);
  if (!update->snapshot && update->offset > *newest) *newest = update->offset;
  return true;
}

bool update_received(Connection *connection, Cursor message, uint64_t *newest) {
  Load *load = connection->load;
  WireUpdate update = {0};
  uint32_t topic;
  if (!read_update(message, &update)) return fault(load, "a malformed update");
  if (!load->options.track) return count_only(load, &update, newest);
  Reading *reading = find_reading(connection, &update, &topic);
  if (reading == NULL) {
    load->tally.misrouted++;
    return true;
  }
  bool relative = update.offset == 0;
  if (relative && reading->offset == 0) return fault(load, "a relative update of a topic of which nothing is held");
  reading->offset = relative ? reading->offset + update.skipped + 1 : update.offset;
  if (!update.snapshot && reading->offset > *newest) *newest = reading->offset;
  Cursor value;
  if (update.value.at == NULL && update.delta.at == NULL) return true;
  if (!value_of(connection, reading, &update, &value)) return fault(load, "a delta that does not fit the value held");
  delivery_record(connection, reading, topic, value.at, cursor_length(value), update.snapshot);
  return true;
}
