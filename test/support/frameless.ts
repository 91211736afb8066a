import type { Batch } from '../../core/index.js'

/** What a batch is that nobody shares, and no reader of messages gets: it remembers no frames. */
export const frameless: Pick<Batch, 'frameOf' | 'keepFrame' | 'terms'> = {
  terms: [],
  frameOf: () => null,
  keepFrame: () => undefined,
}
