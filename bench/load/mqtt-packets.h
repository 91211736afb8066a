// The packets of MQTT 3.1.1 and 5 that a client needs, written and found.
#pragma once
#include "options.h"

enum {
  MQTT_CONNECT = 1,
  MQTT_CONNACK = 2,
  MQTT_PUBLISH = 3,
  MQTT_PUBACK = 4,
  MQTT_SUBSCRIBE = 8,
  MQTT_SUBACK = 9,
  MQTT_PINGREQ = 12,
  MQTT_PINGRESP = 13,
  MQTT_DISCONNECT = 14,
};

typedef struct MqttPacket {
  uint8_t type;
  uint8_t flags;
  const uint8_t *body;
  size_t length;
} MqttPacket;

typedef struct MqttPublish {
  uint8_t qos;
  bool is_retained;
  /** 0 where the QoS is. */
  uint16_t packet_id;
  /** Its name as it stands in the packet, the two bytes of the length included. */
  const uint8_t *name;
  size_t name_bytes;
  const uint8_t *value;
  size_t length;
} MqttPublish;

/** Finds the packet at the front: its whole length, or 0 while it is incomplete. */
size_t mqtt_read(const uint8_t *data, size_t length, MqttPacket *packet);

/** False if it is malformed. */
bool mqtt_read_publish(const Options *options, const MqttPacket *packet, MqttPublish *publish);

/** The server's CONNACK: ends the program if it refused; otherwise how many QoS 1 publishes may be in flight. */
uint32_t mqtt_read_connack(const Options *options, const MqttPacket *packet);

/** A session that begins clean and ends with its connection, without keep-alive. */
void put_mqtt_connect(Bytes *out, const Options *options, const char *client_id);

/** Everything that a subscriber asks for, in one SUBSCRIBE with the packet identifier 1. */
void put_mqtt_subscribe(Bytes *out, const Options *options, uint32_t subscriber);

/** Whether a SUBACK grants all that was asked for. */
bool mqtt_granted(const Options *options, const MqttPacket *packet);

/** `packet_id` only counts where the options ask for QoS 1. */
void put_mqtt_publish(Bytes *out, const Options *options, uint32_t topic, uint16_t packet_id, const uint8_t *value,
                      size_t length);
void put_mqtt_puback(Bytes *out, uint16_t packet_id);
void put_mqtt_pingreq(Bytes *out);
