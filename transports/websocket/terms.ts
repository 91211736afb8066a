import type { AcknowledgeTerms } from '../../codecs/protobuf/index.js'
import { acknowledgeLimits } from './limits.js'

const { acknowledgeBytes, leastMs, mostMs, stepMs } = acknowledgeLimits

/**
 * When clients are asked to acknowledge: each link a few milliseconds later than the one before, from `leastMs` to `mostMs` and
 * again. Readers of one topic are all sent the same at the same time; with one period for all they would also answer at the same
 * time, and what changes then would wait behind a thousand acknowledgements (p99 of `latency` with a thousand readers: 1.5 ms of
 * 14). [PROTOCOL 5.3]
 */
export class Terms {
  private acknowledgeMs: number = mostMs

  next(): AcknowledgeTerms {
    this.acknowledgeMs += stepMs
    if (this.acknowledgeMs > mostMs) this.acknowledgeMs = leastMs
    return { acknowledgeBytes, acknowledgeMs: this.acknowledgeMs }
  }
}
