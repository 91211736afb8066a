import type { AcknowledgeTerms } from '../../codecs/protobuf/index.js'
import { acknowledgeLimits } from './limits.js'

const { acknowledgeBytes, acknowledgeMsMin, acknowledgeMsMax, stepMs } = acknowledgeLimits

/**
 * When clients are asked to acknowledge: each link one step later than the one before, and again from the shortest. Readers of one
 * topic are all sent the same at the same time; with one period for all they would also answer at the same time, and what changes
 * then would wait behind a thousand acknowledgements, each of which takes as long as a write. [PROTOCOL 5.3]
 */
export class Terms {
  private acknowledgeMs: number = acknowledgeMsMax

  next(): AcknowledgeTerms {
    this.acknowledgeMs += stepMs
    if (this.acknowledgeMs > acknowledgeMsMax) this.acknowledgeMs = acknowledgeMsMin
    return { acknowledgeBytes, acknowledgeMs: this.acknowledgeMs }
  }
}
