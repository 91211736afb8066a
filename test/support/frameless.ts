import type { Batch } from '../../core/index.js'

/** What a batch is that nobody shares: it remembers no frames. */
export const frameless: Pick<Batch, 'frameOf' | 'keepFrame'> = { frameOf: () => null, keepFrame: () => undefined }
