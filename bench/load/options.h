// What the harness fixes for one run of the load client, as `--name=value`.
#pragma once
#include "basics.h"

/** What a subscriber asks for. */
typedef enum Asking {
  /** One subscription for each topic that it reads. */
  ASK_EACH,
  /** One wildcard over everything that it reads. */
  ASK_BRANCH,
  /** The selector `#`. */
  ASK_EVERYTHING,
  /** Nothing: it connects, and that is all. Only MQTT has such subscribers. */
  ASK_NOTHING,
  /** `subscriptions` wildcards of one line of machines each, no two subscribers the same. */
  ASK_LINES,
} Asking;

/** What values look like; see payload.h. */
typedef enum PayloadKind { PAYLOAD_TEXT, PAYLOAD_QUOTE, PAYLOAD_STAMPED_QUOTE, PAYLOAD_MATCH } PayloadKind;

/** What is asked of an HTTP server; see requests.h. */
typedef enum RequestKind { REQUEST_PUT, REQUEST_BATCH, REQUEST_GET, REQUEST_UNCHANGED } RequestKind;

typedef struct Options {
  const char *dialect;
  /** Address of the server, IPv4 with dots. */
  const char *host;
  uint32_t port;
  /** Where a rival takes publishes; Rivulet takes them at `port`. */
  uint32_t ingest_port;
  /** Whose processor time and memory are reported; 0: nobody's. */
  uint32_t server_pid;
  uint32_t seed;

  /** Connections there may be; `connect` opens them. */
  uint32_t subscribers;
  uint32_t topics;
  /** Topics that each subscriber has to itself; 0: all read the same. */
  uint32_t own;
  /** Paths of five levels instead of two. */
  uint32_t deep;

  Asking asking;
  uint32_t subscriptions;
  /** Connections that publish, each its share of the topics. */
  uint32_t publishers;
  /** MQTT: 4 is 3.1.1, 5 is 5.0; and the quality of service of what is published and of what is asked for, 0 or 1. */
  uint32_t mqtt_version;
  uint32_t qos;
  /** Shortest time between two updates of one topic, ms. */
  uint32_t interval;
  /** `Subscribe.delivery`: 0 as the topic, 1 latest, 2 all. */
  uint32_t delivery;
  /** Every update must arrive; otherwise newer values may stand for older ones. */
  uint32_t complete;
  uint32_t snapshot;
  uint32_t deltas;

  RequestKind requests;
  /** Values in one batch. */
  uint32_t lines;

  PayloadKind payload;
  /** Bytes of a text payload. */
  uint32_t size;
  /** So many connections have the checksum of every value compared. */
  uint32_t sample;
  /** Remember what every connection read of every topic; 0 only counts. */
  uint32_t track;
  /** Come back with the session's token after a lost connection. */
  uint32_t keep;
  /** How long a session outlives its link, ms. */
  uint32_t session_timeout;
} Options;

/** Reads the arguments; ends the program with a reason where one is wrong. */
Options options_read(int count, char **arguments);
