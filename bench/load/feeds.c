#include "feeds.h"
#include "random.h"
#include "stamp.h"
#include <stdio.h>
#include <string.h>

#define QUOTE_BID_MIN 10000u
#define QUOTE_BID_MAX 90000u
#define QUOTE_VOLUME_MIN 1000000u
#define QUOTE_VOLUME_MAX 9000000u

void quote_start(Quote *quote, uint32_t number, uint32_t seed) {
  *quote = (Quote){.number = number, .random = (uint64_t)seed << 32 | number};
  quote->bid_cents = QUOTE_BID_MIN + 5000 + random_below(&quote->random, 70000);
  quote->ask_cents = quote->bid_cents + 2;
  quote->volume = QUOTE_VOLUME_MIN + random_below(&quote->random, 1000000);
}

void quote_step(Quote *quote) {
  int32_t step = (int32_t)random_below(&quote->random, 9) - 4;
  quote->bid_cents = (uint32_t)((int32_t)quote->bid_cents + step);
  if (quote->bid_cents < QUOTE_BID_MIN || quote->bid_cents > QUOTE_BID_MAX) quote->bid_cents = QUOTE_BID_MIN + 5000;
  quote->ask_cents = quote->bid_cents + 1 + random_below(&quote->random, 4);
  quote->volume += 1 + random_below(&quote->random, 400);
  if (quote->volume > QUOTE_VOLUME_MAX) quote->volume = QUOTE_VOLUME_MIN;
}

size_t quote_print(const Quote *quote, uint8_t *out, size_t *stamp_at) {
  // Both forms are padded to the same length by their note, so that all numbers must keep their width.
  static const char note[] = 
      "an example share, traded nowhere: its bid, ask and volume walk at random from a seed, its name is a number";
  char text[2 * QUOTE_BYTES];
  int length = 0;
  if (stamp_at != NULL) {
    length = snprintf(text, sizeof text, "{\"stamp\":\"%*s\",", (int)STAMP_BYTES, "");
    *stamp_at = strlen("{\"stamp\":\"");
  } else {
    length = snprintf(text, sizeof text, "{");
  }
  length += snprintf(text + length, sizeof text - (size_t)length,
                     "\"symbol\":\"SH%06u\",\"exchange\":\"XNAS\",\"bid\":%u.%02u,\"ask\":%u.%02u,\"volume\":%u,"
                     "\"open\":412.50,\"currency\":\"USD\",\"note\":\"",
                     quote->number % 1000000, quote->bid_cents / 100, quote->bid_cents % 100, quote->ask_cents / 100,
                     quote->ask_cents % 100, quote->volume);
  int room = QUOTE_BYTES - 2 - length;
  if (room < 0 || room > (int)sizeof note - 1) die("a quote has %d bytes before its note", length);
  memcpy(out, text, (size_t)length);
  memcpy(out + length, note, (size_t)room);
  memcpy(out + QUOTE_BYTES - 2, "\"}", 2);
  return QUOTE_BYTES;
}

static const char *const towns[] = {"Northfield", "Eastbridge", "Westhaven", "Southmoor", "Millbrook", "Kingsford",
                                    "Oakhurst",   "Redcliff",   "Stonegate", "Fairwater", "Langdale",  "Ashcombe"};
static const char *const suffixes[] = {"Rovers", "United", "Athletic", "Wanderers", "City", "Albion"};
static const char *const surnames[] = {"Alder", "Birch", "Cedar", "Dogwood", "Elm",   "Fir",    "Gorse", "Hazel",
                                       "Ivy",   "Juniper", "Larch", "Maple", "Rowan", "Sorrel", "Thorn", "Willow"};
static const char *const event_kinds[] = {"goal", "yellow card", "substitution", "corner", "offside", "free kick"};
static const char *const statistic_names[MATCH_STATISTICS] = {
    "possession", "passes", "attacks", "shots", "shotsOnTarget", "corners", "fouls", "offsides", "throwIns", "saves"};
/** How often each statistic moves in a step, in percent, for either side. */
static const uint8_t statistic_percent[MATCH_STATISTICS] = {20, 60, 35, 8, 4, 4, 6, 3, 10, 3};

#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

void match_start(Match *match, uint32_t number, uint32_t seed) {
  *match = (Match){.number = number, .random = (uint64_t)seed << 32 | number, .odds = {210, 330, 360}};
  match->statistics[0][0] = match->statistics[0][1] = 50;
  // A match that has run for a while has its events and its width of numbers.
  for (int step = 0; step < 400; step++) match_step(match);
}

static void happen(Match *match) {
  MatchEvent event = {
      .minute = (uint8_t)(match->seconds / 60 % 90),
      .kind = (uint8_t)random_below(&match->random, COUNT_OF(event_kinds)),
      .side = (uint8_t)random_below(&match->random, 2),
      .player = (uint8_t)random_below(&match->random, COUNT_OF(surnames)),
  };
  if (event.kind == 0 && random_below(&match->random, 4) > 0) event.kind = 3;
  if (event.kind == 0) match->score[event.side]++;
  if (match->event_count == MATCH_EVENTS) {
    memmove(match->events, match->events + 1, sizeof match->events - sizeof *match->events);
    match->event_count--;
  }
  match->events[match->event_count++] = event;
}

static void count_play(Match *match) {
  for (uint32_t side = 0; side < 2; side++) {
    for (uint32_t i = 1; i < MATCH_STATISTICS; i++) {
      if (random_below(&match->random, 100) < statistic_percent[i]) match->statistics[i][side]++;
    }
  }
  if (random_below(&match->random, 100) < statistic_percent[0]) {
    uint16_t home = (uint16_t)(35 + random_below(&match->random, 31));
    match->statistics[0][0] = home;
    match->statistics[0][1] = (uint16_t)(100 - home);
  }
}

void match_step(Match *match) {
  match->seconds += 1 + random_below(&match->random, 3);
  count_play(match);
  if (random_below(&match->random, 100) < 15) {
    uint32_t which = random_below(&match->random, 3);
    match->odds[which] = (uint16_t)(110 + (match->odds[which] + 685u + random_below(&match->random, 11)) % 800);
  }
  if (random_below(&match->random, 100) < 5) happen(match);
}

static const char *team_of(const Match *match, uint32_t side, char *out, size_t size) {
  uint32_t town = (match->number * 2 + side * 7) % COUNT_OF(towns);
  uint32_t suffix = (match->number + side * 2) % COUNT_OF(suffixes);
  snprintf(out, size, "%s %s", towns[town], suffixes[suffix]);
  return out;
}

/** Prints behind what is there; the sizes are far below the bound. */
#define PRINT(...) length += (size_t)snprintf((char *)out + length, MATCH_BYTES_MAX - length, __VA_ARGS__)

static size_t print_events(const Match *match, uint8_t *out, size_t length) {
  PRINT("\"events\":[");
  for (uint32_t i = 0; i < match->event_count; i++) {
    const MatchEvent *event = &match->events[i];
    PRINT("%s{\"minute\":%u,\"type\":\"%s\",\"team\":\"%s\",\"player\":\"%s\"}", i > 0 ? "," : "", event->minute,
          event_kinds[event->kind], event->side == 0 ? "home" : "away", surnames[event->player]);
  }
  PRINT("]");
  return length;
}

size_t match_print(const Match *match, uint8_t *out) {
  char home[40], away[40];
  size_t length = 0;
  PRINT("{\"match\":\"M%06u\",\"competition\":\"Example League\",\"venue\":\"%s Park\",", match->number,
        towns[match->number * 2 % COUNT_OF(towns)]);
  PRINT("\"home\":{\"name\":\"%s\",\"score\":%u},", team_of(match, 0, home, sizeof home), match->score[0]);
  PRINT("\"away\":{\"name\":\"%s\",\"score\":%u},", team_of(match, 1, away, sizeof away), match->score[1]);
  PRINT("\"status\":\"in play\",\"clock\":{\"minute\":%u,\"second\":%u},", match->seconds / 60 % 90,
        match->seconds % 60);
  PRINT("\"statistics\":{");
  for (uint32_t i = 0; i < MATCH_STATISTICS; i++) {
    PRINT("%s\"%s\":{\"home\":%u,\"away\":%u}", i > 0 ? "," : "", statistic_names[i], match->statistics[i][0],
          match->statistics[i][1]);
  }
  PRINT("},\"odds\":{\"home\":%u.%02u,\"draw\":%u.%02u,\"away\":%u.%02u},", match->odds[0] / 100, match->odds[0] % 100,
        match->odds[1] / 100, match->odds[1] % 100, match->odds[2] / 100, match->odds[2] % 100);
  length = print_events(match, out, length);
  PRINT("}");
  return length;
}
