#include "histogram.h"
#include <string.h>

void histogram_clear(Histogram *histogram) { memset(histogram, 0, sizeof *histogram); }

/** The longest duration that falls into a bucket. */
static uint64_t upper_end(uint32_t bucket) {
  if (bucket < 1u << HISTOGRAM_SUB_BITS) return bucket;
  uint32_t shift = (bucket >> HISTOGRAM_SUB_BITS) - 1;
  uint64_t within = (bucket & ((1u << HISTOGRAM_SUB_BITS) - 1)) + (1u << HISTOGRAM_SUB_BITS);
  return ((within + 1) << shift) - 1;
}

double histogram_ms(const Histogram *histogram, double share) {
  uint64_t wanted = (uint64_t)(share * (double)histogram->total + 0.5);
  uint64_t seen = 0;
  for (uint32_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    seen += histogram->counts[bucket];
    if (seen < wanted || seen == 0) continue;
    uint64_t end = upper_end(bucket);
    return (double)(end < histogram->max ? end : histogram->max) / (double)NS_PER_MS;
  }
  return 0;
}
