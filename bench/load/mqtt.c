// A subscriber that speaks MQTT over bare TCP: what was published comes back as PUBLISH, QoS 0 or 1.
#include "connection.h"
#include "delivery.h"
#include "mqtt-packets.h"
#include <stdio.h>
#include <string.h>

/** A topic's name as packets have it: two bytes of length, then the path. */
struct Name {
  uint8_t bytes[2 + PATH_BYTES_MAX];
  size_t length;
};
typedef struct Name Name;

/** Made once: the stamp says which topic a value is of, so that the name at hand is only compared. */
static Name *make_names(const Options *options) {
  uint32_t topics = topics_total(options);
  Name *names = allocate(topics, sizeof(Name));
  for (uint32_t i = 0; i < topics; i++) {
    size_t length = topic_path(options, i, (char *)names[i].bytes + 2);
    names[i].bytes[1] = (uint8_t)length;
    names[i].length = 2 + length;
  }
  return names;
}

static void send_scratch(Connection *connection) {
  Bytes *scratch = &connection->load->scratch;
  connection_send_bytes(connection, scratch->data, scratch->length);
  scratch->length = 0;
}

static void opened(Connection *connection) {
  Load *load = connection->load;
  char client_id[32];
  if (load->names == NULL) load->names = make_names(&load->options);
  snprintf(client_id, sizeof client_id, "reader-%u", connection->id);
  put_mqtt_connect(&load->scratch, &load->options, client_id);
  send_scratch(connection);
}

static void connected(Connection *connection, const MqttPacket *packet) {
  Load *load = connection->load;
  mqtt_read_connack(&load->options, packet);
  if (selectors_count(&load->options) == 0) {
    connection_is_ready(connection);
    return;
  }
  put_mqtt_subscribe(&load->scratch, &load->options, connection->id);
  send_scratch(connection);
}

static void subscribed(Connection *connection, const MqttPacket *packet) {
  if (!mqtt_granted(&connection->load->options, packet)) die("the server did not grant what connection %u asked for", connection->id);
  connection_is_ready(connection);
}

/** Which topic the value is of; UINT32_MAX if it came under another name or to somebody who did not ask for it. */
static uint32_t topic_of(const Connection *connection, const MqttPublish *publish) {
  const Load *load = connection->load;
  const Name *names = load->names;
  uint32_t topic = stamp_topic(publish->value + payload_stamp_at(&load->options));
  uint32_t index = topic - topics_first(&load->options, connection->id);
  if (index >= topics_read(&load->options)) return UINT32_MAX;
  bool named = publish->name_bytes == names[topic].length &&
               memcmp(publish->name, names[topic].bytes, publish->name_bytes) == 0;
  return named ? topic : UINT32_MAX;
}

/** Acknowledgements gather until all that one read brought was handled, and leave with one write. */
static void published(Connection *connection, const MqttPacket *packet) {
  Load *load = connection->load;
  MqttPublish publish;
  bool whole = mqtt_read_publish(&load->options, packet, &publish) &&
               publish.length >= payload_stamp_at(&load->options) + STAMP_BYTES;
  if (!whole || publish.qos != load->options.qos) {
    load->tally.corrupt++;
    return;
  }
  if (publish.qos > 0) put_mqtt_puback(&load->scratch, publish.packet_id);
  uint32_t topic = topic_of(connection, &publish);
  if (topic == UINT32_MAX) {
    load->tally.misrouted++;
    return;
  }
  load->tally.values++;
  Reading *reading = &connection->readings[topic - topics_first(&load->options, connection->id)];
  delivery_record(connection, reading, topic, publish.value, publish.length, publish.is_retained);
}

static void disconnected(Connection *connection, const MqttPacket *packet) {
  uint32_t reason = packet->length > 0 ? packet->body[0] : 0;
  fprintf(stderr, "load: connection %u was sent away with reason %u\n", connection->id, reason);
  connection_lose(connection);
}

static size_t take(Connection *connection, const uint8_t *data, size_t length) {
  MqttPacket packet;
  size_t size = mqtt_read(data, length, &packet);
  if (size == 0) return 0;
  switch (packet.type) {
    case MQTT_PUBLISH: published(connection, &packet); break;
    case MQTT_CONNACK: connected(connection, &packet); break;
    case MQTT_SUBACK: subscribed(connection, &packet); break;
    case MQTT_DISCONNECT: disconnected(connection, &packet); break;
    default: connection->load->tally.corrupt++;
  }
  return size;
}

static void read_through(Connection *connection) {
  if (connection->load->scratch.length > 0) send_scratch(connection);
}

const Dialect dialect_mqtt = {
    .name = "mqtt",
    .sink = &sink_mqtt,
    .opened = opened,
    .take = take,
    .read_through = read_through,
};
