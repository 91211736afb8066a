// The values that are published, and what is known of each so that a reader can check it.
#pragma once
#include "feeds.h"
#include "options.h"
#include "stamp.h"
#include <stdatomic.h>

/** Published values of one topic that a reader without a stamp can still recognise. */
#define LEDGER_ENTRIES 256u

typedef struct LedgerEntry {
  uint64_t hash;
  uint64_t time;
} LedgerEntry;

/**
 * One per run. The publisher's thread writes; a reader sees an entry no sooner than the value came to it over the
 * network.
 */
typedef struct Payload {
  const Options *options;
  uint32_t topics;
  /** The newest sequence of each topic, counting from 1, and when it was due. */
  _Atomic uint32_t *newest;
  _Atomic uint64_t *newest_time;
  /** Hashes of the latest values of each topic, for kinds without a stamp; else NULL. */
  LedgerEntry *ledger;
  /** What text is cut from. */
  uint8_t *filler;
  Quote *quotes;
  Match *matches;
} Payload;

void payload_start(Payload *payload, const Options *options, uint32_t topics);

/** Room that a value may need. */
size_t payload_bytes_max(const Options *options);

/** Makes the topic's next value, due at `time`; returns its length. */
size_t payload_make(Payload *payload, uint32_t topic, uint64_t time, uint8_t *out);

/** Whether values carry a stamp, and where. */
bool payload_has_stamp(const Options *options);
size_t payload_stamp_at(const Options *options);

/** The sequence behind `after` whose value has this hash, and its time; 0 if there is none. */
uint32_t payload_find(const Payload *payload, uint32_t topic, uint32_t after, uint64_t hash, uint64_t *time);

/** `ValueType` on the wire. */
uint32_t payload_type(const Options *options);
