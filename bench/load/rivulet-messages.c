#include "rivulet-messages.h"
#include "protobuf.h"

enum { FROM_CLIENT_PUBLISH = 1, FROM_CLIENT_ACKNOWLEDGE = 2, FROM_CLIENT_REQUEST = 3 };
enum { REQUEST_HELLO = 2, REQUEST_SUBSCRIBE = 3, REQUEST_PING = 9, REQUEST_BYE = 10 };

static void put_held(Bytes *out, const RivuletSession *session) {
  for (uint32_t i = 0; i < session->held_count; i++) {
    size_t held = begin_message(out, 3);
    put_number(out, 1, session->held[i].topic);
    put_number(out, 2, session->held[i].offset);
    end_message(out, held);
  }
}

static void put_resume(Bytes *out, const RivuletSession *session) {
  size_t resume = begin_message(out, 7);
  put_bytes(out, 1, session->token, session->token_length);
  size_t position = begin_message(out, 2);
  put_bytes(out, 1, session->epoch, session->epoch_length);
  put_number(out, 2, session->offset);
  put_held(out, session);
  end_message(out, position);
  end_message(out, resume);
}

void put_hello(Bytes *out, const Options *options, const RivuletSession *resumed) {
  static const uint8_t versions[] = {1};
  size_t request = begin_message(out, FROM_CLIENT_REQUEST);
  size_t hello = begin_message(out, REQUEST_HELLO);
  put_bytes(out, 1, versions, sizeof versions);
  put_number(out, 5, options->deltas);
  if (resumed != NULL) put_resume(out, resumed);
  put_number(out, 8, options->session_timeout);
  put_text(out, 11, "rivulet bench");
  end_message(out, hello);
  end_message(out, request);
}

void put_subscribe(Bytes *out, const Options *options, uint32_t number, const char *selector) {
  size_t request = begin_message(out, FROM_CLIENT_REQUEST);
  put_number(out, 1, number);
  size_t subscribe = begin_message(out, REQUEST_SUBSCRIBE);
  put_text(out, 1, selector);
  put_number(out, 2, options->snapshot ? 0 : 1);
  put_number(out, 3, options->interval);
  put_number(out, 4, options->delivery);
  end_message(out, subscribe);
  end_message(out, request);
}

void put_acknowledge(Bytes *out, const RivuletSession *session) {
  size_t acknowledge = begin_message(out, FROM_CLIENT_ACKNOWLEDGE);
  put_number(out, 1, session->received);
  put_number(out, 2, session->offset);
  put_held(out, session);
  end_message(out, acknowledge);
}

void put_ping(Bytes *out, uint32_t nonce) {
  size_t request = begin_message(out, FROM_CLIENT_REQUEST);
  size_t ping = begin_message(out, REQUEST_PING);
  put_number(out, 1, nonce);
  end_message(out, ping);
  end_message(out, request);
}

void put_bye(Bytes *out) {
  size_t request = begin_message(out, FROM_CLIENT_REQUEST);
  end_message(out, begin_message(out, REQUEST_BYE));
  end_message(out, request);
}

void put_publish(Bytes *out, const Publication *publication) {
  size_t publish = begin_message(out, FROM_CLIENT_PUBLISH);
  if (publication->path != NULL) put_text(out, 2, publication->path);
  put_number(out, 3, publication->alias);
  put_bytes(out, 4, publication->value, publication->length);
  put_number(out, 5, publication->type);
  end_message(out, publish);
}
