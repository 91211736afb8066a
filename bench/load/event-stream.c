#include "event-stream.h"
#include <string.h>

/** Where the value of a field begins, if the line is that field: one space behind the colon is not part of it. */
static const uint8_t *value_of(const uint8_t *line, const uint8_t *end, const char *name, size_t name_length) {
  if ((size_t)(end - line) < name_length || memcmp(line, name, name_length) != 0) return NULL;
  const uint8_t *value = line + name_length;
  return value < end && *value == ' ' ? value + 1 : value;
}

#define VALUE_OF(name) value_of(line, end, name ":", sizeof name ":" - 1)

static void read_line(const uint8_t *line, const uint8_t *end, StreamEvent *event) {
  const uint8_t *value;
  if ((value = VALUE_OF("data")) != NULL) {
    event->is_odd |= event->data != NULL;
    event->data = value;
    event->data_length = (size_t)(end - value);
  } else if ((value = VALUE_OF("event")) != NULL) {
    event->name = value;
    event->name_length = (size_t)(end - value);
  } else if (VALUE_OF("id") != NULL) {
    event->has_id = true;
  } else if (*line != ':' && VALUE_OF("retry") == NULL) {
    event->is_odd = true;
  }
}

size_t event_read(const uint8_t *text, size_t length, StreamEvent *event) {
  const uint8_t *line = text, *end = text + length, *line_end;
  *event = (StreamEvent){0};
  for (; line < end && (line_end = memchr(line, '\n', (size_t)(end - line))) != NULL; line = line_end + 1) {
    if (line_end == line) return (size_t)(line_end + 1 - text);
    read_line(line, line_end, event);
  }
  return 0;
}

bool event_is(const StreamEvent *event, const char *name) {
  return event->name_length == strlen(name) && memcmp(event->name, name, event->name_length) == 0;
}
