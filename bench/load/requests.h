// Asks an HTTP server for one thing again and again, as fast as it answers: each connection sends the next request once it has the answer
// to the one before. What is asked (`--requests`), over as many connections as there are publishers:
//
//   put         PUT /api/v1/topics/PATH, a value as text; each connection has topics of its own
//   batch       POST /api/v1/publish, so many lines {"path":"…","value":"…"}
//   get         GET /api/v1/topics/PATH
//   unchanged   the same with If-None-Match, once the first answer told the ETag: 304
//
// Every answer is looked at: its status; the value that was read, by sequence and checksum; a value that is sent back after a PUT must be
// the one that went; a batch must be accepted to its last line.
#pragma once
#include "load.h"

typedef struct RequestPlan {
  double warm_seconds;
  double seconds;
  /** Read every topic in the end: it must have what was put there last. */
  bool verify;
} RequestPlan;

/** Prints one `requested` line. */
void request(Load *load, const RequestPlan *plan);
