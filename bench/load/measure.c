#include "measure.h"
#include "publisher.h"
#include "report.h"
#include "serve.h"
#include "usage.h"
#include <string.h>

/** Time for the publishers to connect, one behind the other, before the first update is due. */
#define START_DELAY_NS (200 * NS_PER_MS)
#define START_DELAY_OF_EACH_NS (2 * NS_PER_MS)

typedef struct Measurement {
  Load *load;
  const MeasurePlan *plan;
  Publisher publisher;
  Usage begin;
  Usage end;
  uint32_t live;
  bool hopeless;
} Measurement;

static uint64_t ns_of(double seconds) { return (uint64_t)(seconds * 1e9); }

/**
 * Every update must reach every live reader once; where newer values may stand for older ones there is no such number.
 */
static uint64_t expected(const Measurement *measurement) {
  const Load *load = measurement->load;
  if (!load->options.complete) return 0;
  uint64_t due = measurement->publisher.due_in_window;
  return load->options.own > 0 ? due : due * measurement->live;
}

/** Serves until `until`; false if it became hopeless before. */
static bool serve_until(Measurement *measurement, uint64_t until) {
  Load *load = measurement->load;
  double hopeless_ns = measurement->plan->hopeless_ms * (double)NS_PER_MS;
  for (uint64_t now = now_ns(); now < until; now = now_ns()) {
    load_serve(load, until - now < 10 * NS_PER_MS ? 1 : 10);
    if (hopeless_ns > 0 && (double)load->latency.max > hopeless_ns) return false;
  }
  return true;
}

static bool is_complete(const Measurement *measurement) {
  const Load *load = measurement->load;
  if (!measurement->publisher.finished) return false;
  return load->options.complete ? load->tally.received >= expected(measurement) : load_stale(load) == 0;
}

static void drain(Measurement *measurement) {
  uint64_t until = now_ns() + ns_of(measurement->plan->drain_seconds);
  while (now_ns() < until && !is_complete(measurement)) load_serve(measurement->load, 5);
}

static void run(Measurement *measurement) {
  Load *load = measurement->load;
  const MeasurePlan *plan = measurement->plan;
  uint64_t start = now_ns() + START_DELAY_NS + (load->options.publishers - 1) * START_DELAY_OF_EACH_NS;
  memset(&load->tally, 0, sizeof load->tally);
  histogram_clear(&load->latency);
  load->window_from = start + ns_of(plan->warm_seconds);
  load->window_to = load->window_from + ns_of(plan->seconds);
  measurement->live = load_live(load);
  publisher_start(&measurement->publisher, load, (PublisherPlan){plan->rate, start, load->window_to, false});
  bool going = serve_until(measurement, load->window_from);
  measurement->begin = usage_now(load->options.server_pid);
  going = going && serve_until(measurement, load->window_to);
  measurement->end = usage_now(load->options.server_pid);
  measurement->hopeless = !going;
  if (going) drain(measurement);
  publisher_end(&measurement->publisher, true);
}

static void report_counts(const Measurement *measurement) {
  const Load *load = measurement->load;
  const Tally *tally = &load->tally;
  report_count("subscribers", measurement->live);
  report_count("published", measurement->publisher.due_in_window);
  report_count("expected", expected(measurement));
  report_count("received", tally->received);
  report_count("snapshots", tally->snapshots);
  report_count("skipped", tally->skipped);
  report_count("repeated", tally->repeated);
  report_count("corrupt", tally->corrupt);
  report_count("misrouted", tally->misrouted);
  report_count("checked", tally->checked);
  report_count("stale", load_stale(load));
  report_count("refused", tally->refused + measurement->publisher.refused);
  report_count("resynchronised", tally->resynchronised);
  report_count("lost", tally->lost);
  report_count("unacknowledged", measurement->publisher.unacknowledged);
  report_count("values", tally->values);
  report_count("deltas", tally->deltas);
  report_count("frames", tally->frames);
  report_count("reads", tally->reads);
  report_count("bytes", tally->bytes);
  report_count("bytesUp", tally->bytes_up);
  report_count("plainBytes", measurement->publisher.plain_bytes);
}

static void report_times(const Measurement *measurement) {
  const Load *load = measurement->load;
  report_number("p50", histogram_ms(&load->latency, 0.5));
  report_number("p90", histogram_ms(&load->latency, 0.9));
  report_number("p99", histogram_ms(&load->latency, 0.99));
  report_number("p999", histogram_ms(&load->latency, 0.999));
  report_number("max", (double)load->latency.max / (double)NS_PER_MS);
  report_number("lateP99", histogram_ms(&measurement->publisher.late, 0.99));
  report_number("lateMax", (double)measurement->publisher.late.max / (double)NS_PER_MS);
}

void measure(Load *load, const MeasurePlan *plan) {
  // Static for its size: two histograms.
  static Measurement measurement;
  memset(&measurement, 0, sizeof measurement);
  measurement.load = load;
  measurement.plan = plan;
  run(&measurement);
  report_begin("measured");
  report_number("rate", plan->rate);
  report_count("hopeless", measurement.hopeless);
  report_counts(&measurement);
  report_times(&measurement);
  usage_report(&measurement.begin, &measurement.end);
  report_end();
}
