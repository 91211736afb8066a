// Server-sent events as text: fields in lines, an empty line behind each event. (WHATWG HTML §9.2)
#pragma once
#include "basics.h"

/** One event, within the bytes that were read. */
typedef struct StreamEvent {
  /** NULL: the event has no name. */
  const uint8_t *name;
  size_t name_length;
  /** NULL: it has no data, and is none for readers: a comment or a `retry`. */
  const uint8_t *data;
  size_t data_length;
  bool has_id;
  /** It has a line that is no field, or two of data, which none of the servers here send. */
  bool is_odd;
} StreamEvent;

/** Finds the event at the front: its whole length, or 0 while it is incomplete. Lines end with LF, as all servers here have it. */
size_t event_read(const uint8_t *text, size_t length, StreamEvent *event);

bool event_is(const StreamEvent *event, const char *name);
