// A publisher that speaks MQTT, QoS 0 or 1. How many publishes of QoS 1 may wait for their acknowledgement is bounded: beyond
// it a server that does not acknowledge is seen to be late.
#include "mqtt-packets.h"
#include "sink.h"
#include <stdio.h>

#define OPEN_TIMEOUT_NS (5 * NS_PER_SECOND)
#define IN_FLIGHT_MAX 1000u

static bool greet(Sink *sink) {
  char client_id[32];
  snprintf(client_id, sizeof client_id, "publisher-%u", sink->number);
  put_mqtt_connect(&sink->out, sink->options, client_id);
  return sink_await_answer(sink, now_ns() + OPEN_TIMEOUT_NS);
}

static void add(Sink *sink, uint32_t topic, const uint8_t *value, size_t length) {
  if (sink->options->qos > 0) {
    sink->in_flight++;
    if (++sink->packet_id == 0) sink->packet_id = 1;
  }
  put_mqtt_publish(&sink->out, sink->options, topic, sink->packet_id, value, length);
}

static void connected(Sink *sink, const MqttPacket *packet) {
  uint32_t allowed = mqtt_read_connack(sink->options, packet);
  sink->in_flight_max = allowed < IN_FLIGHT_MAX ? allowed : IN_FLIGHT_MAX;
  sink->is_unanswered = sink->options->qos == 0;
  sink->answers++;
}

/** A reason code stands only where MQTT 5 has something to say: below 0x80 it was taken in. */
static void acknowledged(Sink *sink, const MqttPacket *packet) {
  bool taken = sink->in_flight > 0 && (packet->length < 3 || packet->body[2] < 0x80);
  if (!taken) sink->refused++;
  if (sink->in_flight > 0) sink->in_flight--;
}

static bool received(Sink *sink) {
  MqttPacket packet;
  size_t used = 0, size;
  while ((size = mqtt_read(sink->in.data + used, sink->in.length - used, &packet)) > 0) {
    used += size;
    switch (packet.type) {
      case MQTT_CONNACK: connected(sink, &packet); break;
      case MQTT_PUBACK: acknowledged(sink, &packet); break;
      case MQTT_PINGRESP: sink->answers++; break;
      default: return false;
    }
  }
  bytes_drop_front(&sink->in, used);
  return true;
}

static void ask(Sink *sink) { put_mqtt_pingreq(&sink->out); }

const SinkDialect sink_mqtt = {.greet = greet, .add = add, .received = received, .ask = ask};
