// Two seeded feeds of JSON documents: share quotes and football matches.
#pragma once
#include "basics.h"

#define QUOTE_BYTES 205
#define MATCH_BYTES_MAX 4096
#define MATCH_STATISTICS 10
#define MATCH_EVENTS 12

/** A share whose bid, ask and volume move by small steps. */
typedef struct Quote {
  uint32_t number;
  uint32_t bid_cents;
  uint32_t ask_cents;
  uint32_t volume;
  uint64_t random;
} Quote;

typedef struct MatchEvent {
  uint8_t minute;
  uint8_t kind;
  uint8_t side;
  uint8_t player;
} MatchEvent;

/** A football match: score, clock, statistics, odds, and the latest events. */
typedef struct Match {
  uint32_t number;
  uint32_t seconds;
  uint8_t score[2];
  uint16_t statistics[MATCH_STATISTICS][2];
  uint16_t odds[3];
  uint32_t event_count;
  MatchEvent events[MATCH_EVENTS];
  uint64_t random;
} Match;

void quote_start(Quote *quote, uint32_t number, uint32_t seed);
void quote_step(Quote *quote);
/**
 * Exactly QUOTE_BYTES. With `stamp_at`, room for a stamp takes the place of the name, at the offset that it is set to.
 */
size_t quote_print(const Quote *quote, uint8_t *out, size_t *stamp_at);

void match_start(Match *match, uint32_t number, uint32_t seed);
/** A few seconds of play: some counters move, sometimes the odds, now and then something happens. */
void match_step(Match *match);
/** 1 to 2 KB, at most MATCH_BYTES_MAX. */
size_t match_print(const Match *match, uint8_t *out);
