// Which topics there are, what they are called, and who asks for which.
//
//   shared        bench/000017            all subscribers read all topics
//   own > 0       bench/00042/07          subscriber 42 reads its own few
//   deep          plant/03/line/71/05     five levels; ten thousand lines
#pragma once
#include "options.h"

#define PATH_BYTES_MAX 40

/** All topics of this run. */
uint32_t topics_total(const Options *options);
/** The first topic that a subscriber reads, and how many follow from there. */
uint32_t topics_first(const Options *options, uint32_t subscriber);
uint32_t topics_read(const Options *options);

/** Writes a topic's path; returns its length. */
size_t topic_path(const Options *options, uint32_t topic, char *out);
/** The topic of a path; false if it is none of this run. */
bool topic_of_path(const Options *options, const uint8_t *path, size_t length, uint32_t *topic);

/** How many subscriptions each subscriber makes, and the selector of each. */
uint32_t selectors_count(const Options *options);
void selector_print(const Options *options, uint32_t subscriber, uint32_t number, char *out);
