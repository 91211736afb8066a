#include "delivery.h"

typedef struct Identity {
  uint32_t sequence;
  uint64_t time;
} Identity;

/** Which update this is, by its stamp; sequence 0 if the value is damaged or another topic's. */
static Identity identify_by_stamp(Connection *connection, uint32_t topic, const uint8_t *value, size_t length) {
  Load *load = connection->load;
  size_t at = payload_stamp_at(&load->options);
  if (length < at + STAMP_BYTES) return (Identity){0};
  Stamp stamp = stamp_read(value + at);
  if (stamp.topic != topic) return (Identity){0};
  if (connection->id < load->options.sample) {
    load->tally.checked++;
    if (stamp.checksum != stamp_checksum(value, length, at)) return (Identity){0};
  }
  return (Identity){stamp.sequence, stamp.time};
}

/** Which update this is, by comparing it with what was published after the one that is held. */
static Identity identify_by_ledger(Load *load, const Reading *reading, uint32_t topic, const uint8_t *value,
                                   size_t length, bool snapshot) {
  Identity identity = {0};
  uint32_t after = snapshot ? 0 : reading->sequence;
  load->tally.checked++;
  identity.sequence = payload_find(&load->payload, topic, after, hash_bytes(length, value, length), &identity.time);
  return identity;
}

static bool is_in_window(const Load *load, uint64_t time) {
  return time >= load->window_from && time < load->window_to;
}

/** Where newer values may stand for older ones, a gap counts if what closes it was published after the warm-up, as with all times. */
static void compare_sequences(Load *load, Reading *reading, Identity identity, bool snapshot) {
  Tally *tally = &load->tally;
  uint32_t held = reading->sequence, sequence = identity.sequence;
  bool older = held > 0 && (snapshot ? sequence < held : sequence <= held);
  if (older) {
    tally->repeated++;
    return;
  }
  bool counts = load->options.complete || is_in_window(load, identity.time);
  if (held > 0 && sequence > held + 1 && counts) tally->skipped += sequence - held - 1;
  reading->sequence = sequence;
  reading->time = identity.time;
}

static void count(Load *load, uint64_t time, bool snapshot) {
  if (snapshot) {
    load->tally.snapshots++;
    return;
  }
  load->tally.total++;
  if (!is_in_window(load, time)) return;
  load->tally.received++;
  histogram_add(&load->latency, load->read_at - time);
}

void delivery_count(Load *load, const uint8_t *value, size_t length, bool snapshot) {
  size_t at = payload_stamp_at(&load->options);
  bool stamped = payload_has_stamp(&load->options) && length >= at + STAMP_BYTES;
  count(load, stamped ? stamp_read(value + at).time : 0, snapshot);
}

void delivery_record(Connection *connection, Reading *reading, uint32_t topic, const uint8_t *value, size_t length,
                     bool snapshot) {
  Load *load = connection->load;
  Identity identity = load->payload.ledger != NULL
                          ? identify_by_ledger(load, reading, topic, value, length, snapshot)
                          : identify_by_stamp(connection, topic, value, length);
  if (identity.sequence == 0) {
    load->tally.corrupt++;
    return;
  }
  compare_sequences(load, reading, identity, snapshot);
  count(load, identity.time, snapshot);
}
