#include "watch.h"
#include "report.h"
#include "serve.h"

#define LOOK_NS (20 * NS_PER_MS)

static Histogram ages[WATCH_GROUPS];

/** Adds the age of every topic that every reader holds; true if all of them are younger than `since`. */
static bool look(const Load *load, uint64_t now, uint64_t since, Histogram *histogram) {
  bool all_new = load->begun > 0;
  uint32_t topics = topics_read(&load->options);
  for (uint32_t i = 0; i < load->begun; i++) {
    for (uint32_t k = 0; k < topics; k++) {
      uint64_t time = load->connections[i].readings[k].time;
      if (time > 0 && time < now) histogram_add(histogram, now - time);
      if (time < since) all_new = false;
    }
  }
  return all_new;
}

void watch_readers(Load *load, const WatchPlan *plan) {
  Histogram *histogram = &ages[plan->group % WATCH_GROUPS];
  uint64_t begin = now_ns(), end = begin + (uint64_t)(plan->seconds * 1e9), next_look = begin, right = 0;
  load->window_from = begin;
  load->window_to = end;
  load->tally = (Tally){0};
  while (now_ns() < end) {
    load_serve(load, 5);
    uint64_t now = now_ns();
    if (now < next_look) continue;
    next_look = now + LOOK_NS;
    if (look(load, now, begin, histogram) && right == 0) right = now;
  }
  report_begin("watched");
  report_count("ready", load->ready);
  report_count("received", load->tally.received);
  report_count("corrupt", load->tally.corrupt + load->tally.misrouted);
  report_count("resynchronised", load->tally.resynchronised);
  report_count("bytes", load->tally.bytes);
  report_number("p50", histogram_ms(histogram, 0.5));
  report_number("p95", histogram_ms(histogram, 0.95));
  report_number("max", (double)histogram->max / (double)NS_PER_MS);
  report_number("rightSeconds", right > 0 ? (double)(right - begin) / 1e9 : -1);
  report_end();
}
