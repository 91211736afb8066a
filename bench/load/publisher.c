#include "publisher.h"
#include "plain-json.h"
#include "sinks.h"
#include <stdlib.h>
#include <string.h>

/** Updates due within this time leave together: a generator that wakes for each would be the limit itself. */
#define WAKE_NS (NS_PER_MS / 2)
/** So long at most it waits for a server that takes no more, before it asks whether to stop. */
#define FULL_NS (20 * NS_PER_MS)
#define REDIAL_NS (50 * NS_PER_MS)
/** A stride through the topics, prime, so that neighbours in time are not neighbours in the tree. */
#define STRIDE 7368787u

typedef struct Run {
  Publisher *publisher;
  Sinks sinks;
  uint8_t *value;
  uint32_t topics;
  /** Updates made so far. */
  uint64_t made;
  /** Topics that are still to be published again after a break. */
  uint32_t restoring;
} Run;

static uint64_t due_time(const PublisherPlan *plan, uint64_t number) {
  return plan->start + (uint64_t)((double)number * 1e9 / plan->rate);
}

static void make(Run *run, uint32_t topic, uint64_t due) {
  Load *load = run->publisher->load;
  size_t length = payload_make(&load->payload, topic, due, run->value);
  sinks_add(&run->sinks, topic, run->value, length);
  run->made++;
  if (due < load->window_from || due >= load->window_to) return;
  run->publisher->due_in_window++;
  run->publisher->plain_bytes += plain_json_frame_bytes(&load->options, topic, length, run->made);
}

/** Adds what is due by now and fits. */
static void make_due(Run *run, uint64_t now, uint64_t *number) {
  Publisher *publisher = run->publisher;
  for (;;) {
    uint64_t due = due_time(&publisher->plan, *number);
    uint32_t topic = (uint32_t)(*number * STRIDE % run->topics);
    if (due > now || due >= publisher->plan.end || !sinks_have_room(&run->sinks, topic)) return;
    histogram_add(&publisher->late, now - due);
    make(run, topic, due);
    ++*number;
  }
}

/** After a break the server may know nothing: a publisher says its topics again before it goes on. */
static void make_restored(Run *run, uint64_t now) {
  while (run->restoring > 0 && sinks_have_room(&run->sinks, run->restoring - 1)) make(run, --run->restoring, now);
  if (run->restoring == 0) run->publisher->restored = true;
}

static void wait_for(Run *run, SinkState state, uint64_t next_due) {
  if (state == SINK_FULL) {
    sinks_wait(&run->sinks, FULL_NS);
    return;
  }
  if (run->restoring > 0) return;
  uint64_t now = now_ns();
  // A slow publisher wakes for each update; a fast one for what has come together. Told to stop, it looks up at times.
  uint64_t wake = next_due > now + WAKE_NS ? next_due : now + WAKE_NS;
  sleep_until(wake < now + 100 * NS_PER_MS ? wake : now + 100 * NS_PER_MS);
}

/** Dials again until somebody answers; false if told to stop. */
static bool reconnect(Run *run) {
  Publisher *publisher = run->publisher;
  if (!publisher->plan.persistent) return false;
  publisher->restored = false;
  publisher->breaks++;
  sinks_close(&run->sinks);
  while (!publisher->stop) {
    if (sinks_open(&run->sinks, publisher->load, true)) {
      run->restoring = run->topics;
      return true;
    }
    sleep_until(now_ns() + REDIAL_NS);
  }
  return false;
}

static void publish_until_end(Run *run) {
  Publisher *publisher = run->publisher;
  uint64_t number = 0;
  sleep_until(publisher->plan.start);
  while (!publisher->stop) {
    uint64_t now = now_ns();
    if (run->restoring > 0) make_restored(run, now);
    else make_due(run, now, &number);
    SinkState state = sinks_flush(&run->sinks);
    publisher->sent = run->made;
    publisher->refused = run->sinks.refused;
    if (state == SINK_BROKEN && !reconnect(run)) break;
    uint64_t next_due = due_time(&publisher->plan, number);
    if (next_due >= publisher->plan.end && state == SINK_FREE) break;
    if (next_due > now || state == SINK_FULL) wait_for(run, state, next_due);
  }
}

/** A gateway that is busy with newcomers may take a while to say welcome. */
static void open_first(Run *run) {
  const Load *load = run->publisher->load;
  for (int tries = 0; tries < 5; tries++) {
    if (sinks_open(&run->sinks, load, true)) return;
    sleep_until(now_ns() + REDIAL_NS);
  }
  die("the publisher found nobody to publish to");
}

/** In front of readers and server, where that is allowed: what a publisher is late by would be counted as theirs. */
static void come_first(void) {
  struct sched_param first = {.sched_priority = 1};
  pthread_setschedparam(pthread_self(), SCHED_FIFO, &first);
}

static void *publisher_main(void *argument) {
  Publisher *publisher = argument;
  Load *load = publisher->load;
  wake_on_time();
  come_first();
  Run run = {.publisher = publisher, .topics = topics_total(&load->options)};
  run.value = allocate(payload_bytes_max(&load->options), 1);
  open_first(&run);
  publisher->opened = true;
  publish_until_end(&run);
  // Closing now would let the server see an end before it has read everything, which it may take for an error.
  if (!publisher->stop) sinks_settle(&run.sinks, 2 * NS_PER_SECOND);
  publisher->refused = run.sinks.refused;
  publisher->unacknowledged = sinks_unacknowledged(&run.sinks);
  sinks_close(&run.sinks);
  free(run.value);
  publisher->finished = true;
  return NULL;
}

void publisher_start(Publisher *publisher, Load *load, PublisherPlan plan) {
  memset(publisher, 0, sizeof *publisher);
  publisher->load = load;
  publisher->plan = plan;
  publisher->restored = true;
  if (pthread_create(&publisher->thread, NULL, publisher_main, publisher) != 0) die("no thread for the publisher");
}

void publisher_await(const Publisher *publisher) {
  while (!publisher->opened) sleep_until(now_ns() + NS_PER_MS);
}

void publisher_end(Publisher *publisher, bool now) {
  if (now) publisher->stop = true;
  pthread_join(publisher->thread, NULL);
}

bool publish_each_once(Load *load, uint64_t timeout_ns) {
  uint64_t until = now_ns() + timeout_ns;
  uint32_t topics = topics_total(&load->options);
  Sinks sinks;
  uint8_t *value = allocate(payload_bytes_max(&load->options), 1);
  if (!sinks_open(&sinks, load, false)) die("nobody to publish to");
  bool alive = true;
  for (uint32_t topic = 0; topic < topics && alive;) {
    while (topic < topics && sinks_have_room(&sinks, topic)) {
      size_t length = payload_make(&load->payload, topic, now_ns(), value);
      sinks_add(&sinks, topic++, value, length);
    }
    SinkState state = sinks_flush(&sinks);
    if (state == SINK_FULL) sinks_wait(&sinks, 100 * NS_PER_MS);
    alive = state != SINK_BROKEN && now_ns() < until;
  }
  bool taken = alive && sinks_settle(&sinks, timeout_ns) && sinks.refused == 0;
  sinks_close(&sinks);
  free(value);
  return taken;
}
