#include "requests.h"
#include "http-answer.h"
#include "report.h"
#include "request-text.h"
#include "usage.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS_MAX 256
#define READ_BYTES ((size_t)16 << 10)
/** Between two looks at the sockets, as in serve.c. */
#define GATHER_NS (NS_PER_MS / 10)
/** How long the last answers may take. */
#define DRAIN_NS (5 * NS_PER_SECOND)

struct Requests;

/** One connection, and the request that is out on it. */
typedef struct Exchange {
  struct Requests *requests;
  uint32_t number;
  int socket;
  RequestKind kind;
  uint32_t topic;
  /** Requests made so far. */
  uint64_t made;
  uint64_t asked_at;
  /** An answer is owed. */
  bool is_out;
  Bytes out;
  size_t sent_from;
  Bytes in;
  /** The body of an answer in chunks. */
  Bytes joined;
  char etag[ETAG_BYTES_MAX];
  size_t etag_length;
} Exchange;

typedef struct Requests {
  Load *load;
  Exchange *exchanges;
  uint32_t count;
  uint32_t out;
  int epoll;
  /** An answer is followed by the next request. */
  bool going;
  uint64_t window_from;
  uint64_t window_to;
  uint64_t answers;
  uint64_t values;
  /** Answers with another status, or that say of a batch that something failed; and values that are not what they should be. */
  uint64_t refused;
  uint64_t corrupt;
  /** Values that a PUT sent back. */
  uint64_t echoed;
  uint64_t verified;
  Histogram latency;
} Requests;

static void watch(const Exchange *exchange, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = (void *)(uintptr_t)exchange};
  if (epoll_ctl(exchange->requests->epoll, operation, exchange->socket, &event) < 0) die("epoll: %s", strerror(errno));
}

static void dial(Exchange *exchange) {
  const Options *options = &exchange->requests->load->options;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options->port)};
  int one = 1;
  if (inet_pton(AF_INET, options->host, &address.sin_addr) != 1) die("--host=%s is not an address", options->host);
  exchange->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (exchange->socket < 0) die("socket: %s", strerror(errno));
  setsockopt(exchange->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(exchange->socket, (struct sockaddr *)&address, sizeof address) < 0) die("connect: %s", strerror(errno));
  fcntl(exchange->socket, F_SETFL, fcntl(exchange->socket, F_GETFL) | O_NONBLOCK);
  watch(exchange, EPOLL_CTL_ADD, EPOLLIN);
}

/** Sends what the socket takes; the rest follows when it takes more. */
static void send_rest(Exchange *exchange, bool was_waiting) {
  size_t left = exchange->out.length - exchange->sent_from;
  ssize_t sent = send(exchange->socket, exchange->out.data + exchange->sent_from, left, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) die("a request could not be sent: %s", strerror(errno));
  if (sent > 0) exchange->sent_from += (size_t)sent;
  bool is_waiting = exchange->sent_from < exchange->out.length;
  if (is_waiting != was_waiting) watch(exchange, EPOLL_CTL_MOD, is_waiting ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void ask(Exchange *exchange, RequestKind kind, uint32_t topic) {
  Requests *requests = exchange->requests;
  Load *load = requests->load;
  exchange->kind = kind;
  exchange->topic = topic;
  exchange->out.length = exchange->sent_from = 0;
  switch (kind) {
    case REQUEST_PUT: put_topic_put(&exchange->out, load, topic); break;
    case REQUEST_BATCH: put_batch(&exchange->out, load, (BatchTopics){topic, requests->count}); break;
    case REQUEST_GET: put_topic_get(&exchange->out, &load->options, topic, NULL, 0); break;
    default: put_topic_get(&exchange->out, &load->options, topic, exchange->etag, exchange->etag_length);
  }
  exchange->asked_at = now_ns();
  exchange->is_out = true;
  requests->out++;
  send_rest(exchange, false);
}

/** Its own topics in turn: where there are as many for each, no two connections have one in common. */
static void ask_next(Exchange *exchange) {
  const Requests *requests = exchange->requests;
  const Options *options = &requests->load->options;
  uint64_t values = options->requests == REQUEST_BATCH ? options->lines : 1;
  uint64_t position = exchange->number + exchange->made++ * values * requests->count;
  ask(exchange, options->requests, (uint32_t)(position % topics_total(options)));
}

static bool is_newest(const Load *load, uint32_t topic, const HttpAnswer *answer) {
  if (answer->body_length != load->options.size) return false;
  Stamp stamp = stamp_read(answer->body);
  return stamp.topic == topic && stamp.sequence == load->payload.newest[topic] &&
         stamp.checksum == stamp_checksum(answer->body, answer->body_length, 0);
}

/** Both servers with batches say it alike. */
static bool is_accepted(const Options *options, const HttpAnswer *answer) {
  char expected[32];
  int length = snprintf(expected, sizeof expected, "\"accepted\":%u", options->lines);
  const uint8_t *at = memmem(answer->body, answer->body_length, expected, (size_t)length);
  return at != NULL && (at[length] == ',' || at[length] == '}');
}

static bool check_put(Exchange *exchange, const HttpAnswer *answer) {
  Requests *requests = exchange->requests;
  if (answer->head.status > 204) return false;
  if (answer->body_length == 0) return true;
  requests->echoed++;
  if (!is_newest(requests->load, exchange->topic, answer)) requests->corrupt++;
  return true;
}

/** False if the answer is not one of success. */
static bool check(Exchange *exchange, const HttpAnswer *answer) {
  Requests *requests = exchange->requests;
  uint32_t status = answer->head.status;
  if (exchange->kind == REQUEST_PUT) return check_put(exchange, answer);
  if (exchange->kind == REQUEST_BATCH) return status == 200 && is_accepted(&requests->load->options, answer);
  if (exchange->kind == REQUEST_UNCHANGED && exchange->etag_length > 0) return status == 304;
  if (status != 200) return false;
  if (!is_newest(requests->load, exchange->topic, answer)) requests->corrupt++;
  if (exchange->kind == REQUEST_UNCHANGED && answer->head.etag == NULL) return false;
  if (answer->head.etag != NULL) {
    exchange->etag_length = answer->head.etag_length;
    memcpy(exchange->etag, answer->head.etag, exchange->etag_length);
  }
  return true;
}

static void answered(Exchange *exchange, const HttpAnswer *answer, uint64_t now) {
  Requests *requests = exchange->requests;
  exchange->is_out = false;
  requests->out--;
  if (!check(exchange, answer) && requests->refused++ == 0) {
    int length = answer->body_length < 300 ? (int)answer->body_length : 300;
    fprintf(stderr, "load: answered %u %.*s\n", answer->head.status, length, (const char *)answer->body);
  }
  if (now < requests->window_from || now >= requests->window_to) return;
  requests->answers++;
  requests->values += exchange->kind == REQUEST_BATCH ? requests->load->options.lines : 1;
  histogram_add(&requests->latency, now - exchange->asked_at);
}

static void read_answer(Exchange *exchange) {
  HttpAnswer answer;
  Bytes *in = &exchange->in;
  bytes_reserve(in, READ_BYTES);
  ssize_t count = recv(exchange->socket, in->data + in->length, READ_BYTES, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) die("the server hung up on connection %u", exchange->number);
  in->length += (size_t)count;
  size_t size = http_read_answer(in->data, in->length, &exchange->joined, &answer);
  if (size == 0) return;
  if (!exchange->is_out || size != in->length) die("connection %u was answered without having asked", exchange->number);
  answered(exchange, &answer, now_ns());
  in->length = 0;
  if (exchange->requests->going) ask_next(exchange);
}

static void serve(Requests *requests) {
  static uint64_t next_look = 0;
  struct epoll_event events[EVENTS_MAX];
  sleep_until(next_look);
  int count = epoll_wait(requests->epoll, events, EVENTS_MAX, 10);
  next_look = now_ns() + GATHER_NS;
  for (int i = 0; i < count; i++) {
    Exchange *exchange = events[i].data.ptr;
    if (events[i].events & EPOLLOUT) send_rest(exchange, true);
    if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_answer(exchange);
  }
}

static void serve_until(Requests *requests, uint64_t until) {
  while (now_ns() < until) serve(requests);
}

/** Waits for the answers that are owed. */
static void drain(Requests *requests) {
  uint64_t until = now_ns() + DRAIN_NS;
  while (requests->out > 0 && now_ns() < until) serve(requests);
  if (requests->out > 0) die("%u requests were not answered", requests->out);
}

/** Asks for every topic once on one connection; those that nobody has published to are left out when they are to be read. */
static void ask_each(Requests *requests, RequestKind kind) {
  const Load *load = requests->load;
  for (uint32_t topic = 0; topic < topics_total(&load->options); topic++) {
    if (kind == REQUEST_GET && load->payload.newest[topic] == 0) continue;
    ask(&requests->exchanges[0], kind, topic);
    drain(requests);
    requests->verified += kind == REQUEST_GET;
  }
}

static void start(Requests *requests, Load *load) {
  const Options *options = &load->options;
  *requests = (Requests){.load = load, .count = options->publishers, .epoll = epoll_create1(EPOLL_CLOEXEC)};
  bool writes = options->requests == REQUEST_PUT || options->requests == REQUEST_BATCH;
  if (writes && topics_total(options) % options->publishers != 0) die("--topics is no multiple of --publishers");
  if (options->payload != PAYLOAD_TEXT) die("requests are made with --payload=text only");
  requests->exchanges = allocate(options->publishers, sizeof(Exchange));
  for (uint32_t i = 0; i < requests->count; i++) {
    requests->exchanges[i] = (Exchange){.requests = requests, .number = i};
    dial(&requests->exchanges[i]);
  }
  if (!writes) ask_each(requests, REQUEST_PUT);
}

static void finish(Requests *requests) {
  for (uint32_t i = 0; i < requests->count; i++) {
    Exchange *exchange = &requests->exchanges[i];
    close(exchange->socket);
    bytes_free(&exchange->out);
    bytes_free(&exchange->in);
    bytes_free(&exchange->joined);
  }
  free(requests->exchanges);
  close(requests->epoll);
}

static void report(const Requests *requests) {
  report_begin("requested");
  report_count("answers", requests->answers);
  report_count("values", requests->values);
  report_count("refused", requests->refused);
  report_count("corrupt", requests->corrupt);
  report_count("echoed", requests->echoed);
  report_count("verified", requests->verified);
  report_number("p50", histogram_ms(&requests->latency, 0.5));
  report_number("p99", histogram_ms(&requests->latency, 0.99));
}

void request(Load *load, const RequestPlan *plan) {
  // Static for its histogram.
  static Requests requests;
  start(&requests, load);
  requests.window_from = now_ns() + (uint64_t)(plan->warm_seconds * 1e9);
  requests.window_to = requests.window_from + (uint64_t)(plan->seconds * 1e9);
  requests.going = true;
  for (uint32_t i = 0; i < requests.count; i++) ask_next(&requests.exchanges[i]);
  serve_until(&requests, requests.window_from);
  Usage begin = usage_now(load->options.server_pid);
  serve_until(&requests, requests.window_to);
  Usage end = usage_now(load->options.server_pid);
  requests.going = false;
  drain(&requests);
  if (plan->verify) ask_each(&requests, REQUEST_GET);
  report(&requests);
  usage_report(&begin, &end);
  report_end();
  finish(&requests);
}

/** Nobody reads or publishes by it: an HTTP server is asked by `request`. */
const Dialect dialect_http = {.name = "http"};
