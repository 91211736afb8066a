// What a client says to Rivulet: the parts of FromClient in proto/gateway.proto.
#pragma once
#include "load.h"

/** `resumed` may be NULL: a new session. */
void put_hello(Bytes *out, const Options *options, const RivuletSession *resumed);
void put_subscribe(Bytes *out, const Options *options, uint32_t request, const char *selector);
/** Says what came and what was applied. */
void put_acknowledge(Bytes *out, const RivuletSession *session);
void put_ping(Bytes *out, uint32_t nonce);
void put_bye(Bytes *out);

/**
 * One value for a topic, without a sequence: answered only if refused. Either `alias` or `path` may be left out (0,
 * NULL).
 */
typedef struct Publication {
  uint32_t alias;
  const char *path;
  uint32_t type;
  const uint8_t *value;
  size_t length;
} Publication;

void put_publish(Bytes *out, const Publication *publication);
