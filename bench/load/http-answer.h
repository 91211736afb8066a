// What an HTTP/1.1 server answers: the head, bodies in chunks, and both together. (RFC 9112)
#pragma once
#include "basics.h"

#define ETAG_BYTES_MAX 512

typedef struct HttpHead {
  uint32_t status;
  /** Of the head, the empty line included. */
  size_t bytes;
  bool is_chunked;
  bool has_length;
  size_t length;
  /** As it stands in the head, quotes included; NULL: there is none. */
  const uint8_t *etag;
  size_t etag_length;
} HttpHead;

/** Reads the head at the front; false while it is incomplete. */
bool http_read_head(const uint8_t *data, size_t length, HttpHead *head);

typedef struct HttpChunk {
  const uint8_t *data;
  /** 0: the last one. */
  size_t length;
} HttpChunk;

/** Finds the chunk at the front: its whole length, or 0 while it is incomplete. Trailers are not understood. */
size_t http_read_chunk(const uint8_t *data, size_t length, HttpChunk *chunk);

typedef struct HttpAnswer {
  HttpHead head;
  const uint8_t *body;
  size_t body_length;
} HttpAnswer;

/**
 * Finds the answer at the front: its whole length, or 0 while it is incomplete. A body that came in chunks is put together in
 * `joined`, and stands there until the next answer.
 */
size_t http_read_answer(const uint8_t *data, size_t length, Bytes *joined, HttpAnswer *answer);
