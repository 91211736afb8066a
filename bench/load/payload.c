#include "payload.h"
#include "random.h"
#include <string.h>

#define FILLER_BYTES ((size_t)1 << 20)

static uint8_t *make_filler(uint64_t seed) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789 .,-";
  uint8_t *filler = allocate(FILLER_BYTES, 1);
  for (size_t i = 0; i < FILLER_BYTES; i++) filler[i] = (uint8_t)letters[random_below(&seed, sizeof letters - 1)];
  return filler;
}

static bool is_quote(const Options *options) {
  return options->payload == PAYLOAD_QUOTE || options->payload == PAYLOAD_STAMPED_QUOTE;
}

bool payload_has_stamp(const Options *options) {
  return options->payload == PAYLOAD_TEXT || options->payload == PAYLOAD_STAMPED_QUOTE;
}

size_t payload_stamp_at(const Options *options) {
  return options->payload == PAYLOAD_STAMPED_QUOTE ? strlen("{\"stamp\":\"") : 0;
}

uint32_t payload_type(const Options *options) {
  enum { JSON = 1, STRING = 2 };
  return options->payload == PAYLOAD_TEXT ? STRING : JSON;
}

size_t payload_bytes_max(const Options *options) {
  size_t document = MATCH_BYTES_MAX;
  return options->payload == PAYLOAD_TEXT && options->size > document ? options->size : document;
}

void payload_start(Payload *payload, const Options *options, uint32_t topics) {
  if (options->payload == PAYLOAD_TEXT && (options->size < STAMP_BYTES || options->size > FILLER_BYTES / 2)) {
    die("--size must be %u to %zu", STAMP_BYTES, FILLER_BYTES / 2);
  }
  *payload = (Payload){.options = options, .topics = topics};
  payload->newest = allocate(topics, sizeof *payload->newest);
  payload->newest_time = allocate(topics, sizeof *payload->newest_time);
  if (!payload_has_stamp(options)) payload->ledger = allocate((size_t)topics * LEDGER_ENTRIES, sizeof(LedgerEntry));
  if (options->payload == PAYLOAD_TEXT) {
    payload->filler = make_filler(options->seed);
  } else if (is_quote(options)) {
    payload->quotes = allocate(topics, sizeof(Quote));
    for (uint32_t i = 0; i < topics; i++) quote_start(&payload->quotes[i], i, options->seed);
  } else {
    payload->matches = allocate(topics, sizeof(Match));
    for (uint32_t i = 0; i < topics; i++) match_start(&payload->matches[i], i, options->seed);
  }
}

/** A stretch of the filler, another one for each update, so that nothing compresses by accident. */
static size_t make_text(const Payload *payload, uint32_t topic, uint32_t sequence, uint8_t *out) {
  size_t from = (size_t)((topic * 7919ull + sequence * 104729ull) % (FILLER_BYTES / 2));
  memcpy(out, payload->filler + from, payload->options->size);
  return payload->options->size;
}

static size_t make_document(Payload *payload, uint32_t topic, uint8_t *out) {
  size_t stamp_at;
  switch (payload->options->payload) {
    case PAYLOAD_QUOTE:
      quote_step(&payload->quotes[topic]);
      return quote_print(&payload->quotes[topic], out, NULL);
    case PAYLOAD_STAMPED_QUOTE:
      quote_step(&payload->quotes[topic]);
      return quote_print(&payload->quotes[topic], out, &stamp_at);
    default:
      match_step(&payload->matches[topic]);
      return match_print(&payload->matches[topic], out);
  }
}

size_t payload_make(Payload *payload, uint32_t topic, uint64_t time, uint8_t *out) {
  const Options *options = payload->options;
  uint32_t sequence = payload->newest[topic] + 1;
  size_t length = options->payload == PAYLOAD_TEXT ? make_text(payload, topic, sequence, out)
                                                   : make_document(payload, topic, out);
  if (payload->ledger != NULL) {
    LedgerEntry entry = {hash_bytes(length, out, length), time};
    payload->ledger[(size_t)topic * LEDGER_ENTRIES + sequence % LEDGER_ENTRIES] = entry;
  } else {
    Stamp stamp = {.time = time, .sequence = sequence, .topic = topic};
    stamp_write(out, length, payload_stamp_at(options), &stamp);
  }
  atomic_store_explicit(&payload->newest_time[topic], time, memory_order_relaxed);
  atomic_store_explicit(&payload->newest[topic], sequence, memory_order_release);
  return length;
}

uint32_t payload_find(const Payload *payload, uint32_t topic, uint32_t after, uint64_t hash, uint64_t *time) {
  uint32_t newest = atomic_load_explicit(&payload->newest[topic], memory_order_acquire);
  uint32_t oldest = newest >= LEDGER_ENTRIES ? newest - LEDGER_ENTRIES + 1 : 1;
  for (uint32_t sequence = after + 1 > oldest ? after + 1 : oldest; sequence <= newest; sequence++) {
    const LedgerEntry *entry = &payload->ledger[(size_t)topic * LEDGER_ENTRIES + sequence % LEDGER_ENTRIES];
    if (entry->hash != hash) continue;
    *time = entry->time;
    return sequence;
  }
  return 0;
}
