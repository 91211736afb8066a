// One direction of a bad link: a queue in front of a sender of limited rate, then the way through the air.
//
//   packets ─▶ fades ─▶ queue (bounded) ─▶ serialised at the rate ─▶ delayed ─▶ packets
#pragma once
#include "../load/basics.h"

#define PACKET_BYTES_MAX 1600
#define PACKETS_MAX 4096u

typedef struct Packet {
  /** When it arrives at the other end; set once it has left the queue. */
  uint64_t arrives;
  uint16_t length;
  uint8_t bytes[PACKET_BYTES_MAX];
} Packet;

/** What the link is like now. */
typedef struct LinkState {
  uint64_t bits_per_second;
  uint64_t delay_ns;
  /** Share of the time in which everything is lost, in fades: the share of packets lost in the long run, in bursts. */
  double loss;
  bool up;
} LinkState;

/** Packets [first, sent) are on their way, [sent, end) wait in the queue; numbers count up, places are taken modulo. */
typedef struct Channel {
  Packet *packets;
  uint32_t first;
  uint32_t sent;
  uint32_t end;
  uint64_t queued_bytes;
  /** The sender is busy with a packet until then. */
  uint64_t busy_until;
  bool losing;
  /** Up to when the air was looked at; 0: not yet. */
  uint64_t looked;
  uint64_t random;
} Channel;

void channel_start(Channel *channel, uint64_t seed);

/** Takes a packet in, or loses it. */
void channel_put(Channel *channel, const LinkState *state, uint64_t now, const uint8_t *bytes, size_t length);

/** Sends what is due, and gives the next packet that has arrived; NULL if there is none yet. */
const Packet *channel_take(Channel *channel, const LinkState *state, uint64_t now);

/** When there is something to do next; UINT64_MAX: never. */
uint64_t channel_due(const Channel *channel);

/** All that is under way is lost. */
void channel_clear(Channel *channel);
