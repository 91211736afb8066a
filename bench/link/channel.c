#include "channel.h"
#include "../load/random.h"
#include <string.h>

/** The air is looked at once in so long. */
#define STEP_NS (10 * NS_PER_SECOND / 1000)
/** A fade takes five steps on average. It ends with time, however few packets are sent meanwhile. */
#define FADE_END 0.2
/** The queue holds this much time at the link's rate, as base stations do, and some packets at least. */
#define QUEUE_SECONDS 1
#define QUEUE_BYTES_MIN 12000u

void channel_start(Channel *channel, uint64_t seed) {
  *channel = (Channel){.packets = allocate(PACKETS_MAX, sizeof(Packet)), .random = seed};
}

static double chance(Channel *channel) { return (double)random_below(&channel->random, 1u << 30) / (double)(1u << 30); }

/** Gilbert's model, by time: two states, of which one loses everything. */
static bool is_lost(Channel *channel, double loss, uint64_t now) {
  double begin = loss < 1 ? loss * FADE_END / (1 - loss) : 1;
  if (channel->looked == 0) channel->looked = now;
  for (; channel->looked + STEP_NS <= now; channel->looked += STEP_NS) {
    channel->losing = chance(channel) < (channel->losing ? 1 - FADE_END : begin);
  }
  return channel->losing;
}

void channel_put(Channel *channel, const LinkState *state, uint64_t now, const uint8_t *bytes, size_t length) {
  uint64_t room = state->bits_per_second / 8 * QUEUE_SECONDS;
  if (room < QUEUE_BYTES_MIN) room = QUEUE_BYTES_MIN;
  bool full = channel->queued_bytes + length > room || channel->end - channel->first == PACKETS_MAX;
  if (!state->up || length > PACKET_BYTES_MAX || full || is_lost(channel, state->loss, now)) return;
  if (channel->sent == channel->end && channel->busy_until < now) channel->busy_until = now;
  Packet *packet = &channel->packets[channel->end++ % PACKETS_MAX];
  packet->length = (uint16_t)length;
  memcpy(packet->bytes, bytes, length);
  channel->queued_bytes += length;
}

static void send_due(Channel *channel, const LinkState *state, uint64_t now) {
  while (channel->sent != channel->end && channel->busy_until <= now) {
    Packet *packet = &channel->packets[channel->sent++ % PACKETS_MAX];
    // From where the packet before ended, however late this loop looks: a queue is served without a gap.
    channel->busy_until += packet->length * 8ull * NS_PER_SECOND / state->bits_per_second;
    packet->arrives = channel->busy_until + state->delay_ns;
    channel->queued_bytes -= packet->length;
  }
}

const Packet *channel_take(Channel *channel, const LinkState *state, uint64_t now) {
  send_due(channel, state, now);
  if (channel->first == channel->sent) return NULL;
  const Packet *packet = &channel->packets[channel->first % PACKETS_MAX];
  if (packet->arrives > now) return NULL;
  channel->first++;
  return packet;
}

uint64_t channel_due(const Channel *channel) {
  uint64_t due = UINT64_MAX;
  if (channel->first != channel->sent) due = channel->packets[channel->first % PACKETS_MAX].arrives;
  if (channel->sent != channel->end && channel->busy_until < due) due = channel->busy_until;
  return due;
}

void channel_clear(Channel *channel) {
  channel->first = channel->sent = channel->end;
  channel->queued_bytes = 0;
  channel->busy_until = 0;
}
