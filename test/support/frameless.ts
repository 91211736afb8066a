import type { Batch } from '../../core/index.js'

/** What a batch is that nobody shares and that is whole: it remembers no frames. */
export const frameless: Pick<Batch, 'frameOf' | 'keepFrame' | 'isCut'> = {
  frameOf: () => null,
  keepFrame: () => undefined,
  isCut: false,
}
