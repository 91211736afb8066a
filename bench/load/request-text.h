// The requests of requests.h as bytes.
#pragma once
#include "load.h"

/** Appends a PUT of the topic's next value; the value is what it ends with. */
void put_topic_put(Bytes *out, Load *load, uint32_t topic);
/** Appends a GET, with If-None-Match where `etag_length` is above 0. */
void put_topic_get(Bytes *out, const Options *options, uint32_t topic, const char *etag, size_t etag_length);

/** Which topics a batch is about: `first`, then every `step`th of all, round and round. */
typedef struct BatchTopics {
  uint32_t first;
  uint32_t step;
} BatchTopics;

/** Appends a POST of `--lines` next values. */
void put_batch(Bytes *out, Load *load, BatchTopics topics);
