#include "mqtt-packets.h"
#include "topics.h"
#include <string.h>

#define LENGTH_BYTES_MAX 4
/** What a server allows in flight that does not say so. */
#define RECEIVE_MAXIMUM 65535u

enum { PROPERTY_RECEIVE_MAXIMUM = 0x21 };

static bool is_5(const Options *options) { return options->mqtt_version == 5; }

static void put_byte(Bytes *out, uint8_t byte) { bytes_append(out, &byte, 1); }

static void put_short(Bytes *out, size_t number) {
  uint8_t bytes[2] = {(uint8_t)(number >> 8), (uint8_t)number};
  bytes_append(out, bytes, sizeof bytes);
}

static void put_text(Bytes *out, const char *text, size_t length) {
  put_short(out, length);
  bytes_append(out, text, length);
}

/** Seven bits a byte, the least first. */
static void put_length(Bytes *out, size_t length) {
  do {
    put_byte(out, (uint8_t)((length & 0x7f) | (length > 0x7f ? 0x80 : 0)));
    length >>= 7;
  } while (length > 0);
}

/** Returns the bytes that the length takes; 0 while it is incomplete. */
static size_t read_length(const uint8_t *data, size_t available, size_t *length) {
  *length = 0;
  for (size_t i = 0; i < available && i < LENGTH_BYTES_MAX; i++) {
    *length |= (size_t)(data[i] & 0x7f) << 7 * i;
    if ((data[i] & 0x80) == 0) return i + 1;
  }
  if (available >= LENGTH_BYTES_MAX) die("the server sent a length of more than four bytes");
  return 0;
}

static uint16_t read_short(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

size_t mqtt_read(const uint8_t *data, size_t length, MqttPacket *packet) {
  if (length < 2) return 0;
  size_t body, length_bytes = read_length(data + 1, length - 1, &body);
  if (length_bytes == 0 || length - 1 - length_bytes < body) return 0;
  *packet = (MqttPacket){.type = data[0] >> 4, .flags = data[0] & 0x0f, .body = data + 1 + length_bytes, .length = body};
  return 1 + length_bytes + body;
}

bool mqtt_read_publish(const Options *options, const MqttPacket *packet, MqttPublish *publish) {
  *publish = (MqttPublish){.qos = packet->flags >> 1 & 3, .is_retained = packet->flags & 1, .name = packet->body};
  const uint8_t *end = packet->body + packet->length;
  if (packet->length < 2) return false;
  publish->name_bytes = 2u + read_short(packet->body);
  size_t used = publish->name_bytes + (publish->qos > 0 ? 2 : 0);
  if (used > packet->length) return false;
  const uint8_t *at = packet->body + used;
  if (publish->qos > 0) publish->packet_id = read_short(at - 2);
  if (is_5(options)) {
    size_t properties, bytes = read_length(at, (size_t)(end - at), &properties);
    if (bytes == 0 || (size_t)(end - at) < bytes + properties) return false;
    at += bytes + properties;
  }
  publish->value = at;
  publish->length = (size_t)(end - at);
  return true;
}

/** The bytes behind the identifier of a property that a CONNACK may carry. */
static size_t property_bytes(uint8_t identifier, const uint8_t *at, const uint8_t *end) {
  switch (identifier) {
    case 0x24: case 0x25: case 0x28: case 0x29: case 0x2a: return 1;
    case 0x13: case 0x21: case 0x22: return 2;
    case 0x11: case 0x27: return 4;
    case 0x26: {
      size_t key = end - at < 2 ? 0 : 2u + read_short(at);
      return (size_t)(end - at) < key + 2 ? key + 2 : key + 2 + read_short(at + key);
    }
    default: return end - at < 2 ? 2 : 2u + read_short(at);
  }
}

uint32_t mqtt_read_connack(const Options *options, const MqttPacket *packet) {
  if (packet->length < 2) die("the server sent a CONNACK of %zu bytes", packet->length);
  if (packet->body[1] != 0) die("the server refused the connection with code %u", packet->body[1]);
  if (!is_5(options)) return RECEIVE_MAXIMUM;
  const uint8_t *end = packet->body + packet->length;
  size_t properties, bytes = read_length(packet->body + 2, packet->length - 2, &properties);
  for (const uint8_t *at = packet->body + 2 + bytes; at + 3 <= end;) {
    if (*at == PROPERTY_RECEIVE_MAXIMUM) return read_short(at + 1);
    at += 1 + property_bytes(*at, at + 1, end);
  }
  return RECEIVE_MAXIMUM;
}

void put_mqtt_connect(Bytes *out, const Options *options, const char *client_id) {
  enum { CLEAN = 2 };
  size_t id = strlen(client_id);
  put_byte(out, MQTT_CONNECT << 4);
  put_length(out, 10 + (is_5(options) ? 1 : 0) + 2 + id);
  put_text(out, "MQTT", 4);
  put_byte(out, (uint8_t)options->mqtt_version);
  put_byte(out, CLEAN);
  put_short(out, 0);
  if (is_5(options)) put_length(out, 0);
  put_text(out, client_id, id);
}

void put_mqtt_subscribe(Bytes *out, const Options *options, uint32_t subscriber) {
  char filter[PATH_BYTES_MAX];
  uint32_t count = selectors_count(options);
  size_t length = 2 + (is_5(options) ? 1 : 0);
  for (uint32_t i = 0; i < count; i++) {
    selector_print(options, subscriber, i, filter);
    length += 2 + strlen(filter) + 1;
  }
  put_byte(out, MQTT_SUBSCRIBE << 4 | 2);
  put_length(out, length);
  put_short(out, 1);
  if (is_5(options)) put_length(out, 0);
  for (uint32_t i = 0; i < count; i++) {
    selector_print(options, subscriber, i, filter);
    put_text(out, filter, strlen(filter));
    put_byte(out, (uint8_t)options->qos);
  }
}

bool mqtt_granted(const Options *options, const MqttPacket *packet) {
  uint32_t count = selectors_count(options);
  if (packet->length < 2 + count) return false;
  // The codes stand at the end, whatever properties are before them.
  const uint8_t *codes = packet->body + packet->length - count;
  for (uint32_t i = 0; i < count; i++) {
    if (codes[i] != options->qos) return false;
  }
  return true;
}

void put_mqtt_publish(Bytes *out, const Options *options, uint32_t topic, uint16_t packet_id, const uint8_t *value,
                      size_t length) {
  char path[PATH_BYTES_MAX];
  size_t path_length = topic_path(options, topic, path);
  bool with_id = options->qos > 0;
  put_byte(out, (uint8_t)(MQTT_PUBLISH << 4 | options->qos << 1));
  put_length(out, 2 + path_length + (with_id ? 2 : 0) + (is_5(options) ? 1 : 0) + length);
  put_text(out, path, path_length);
  if (with_id) put_short(out, packet_id);
  if (is_5(options)) put_length(out, 0);
  bytes_append(out, value, length);
}

void put_mqtt_puback(Bytes *out, uint16_t packet_id) {
  uint8_t bytes[4] = {MQTT_PUBACK << 4, 2, (uint8_t)(packet_id >> 8), (uint8_t)packet_id};
  bytes_append(out, bytes, sizeof bytes);
}

void put_mqtt_pingreq(Bytes *out) {
  put_byte(out, MQTT_PINGREQ << 4);
  put_byte(out, 0);
}
