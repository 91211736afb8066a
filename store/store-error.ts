/**
 * What went wrong. `locked`: another process has the folder; `damaged`: it holds bytes that this program did not leave so;
 * `unusable`: it cannot be read or written, or was written by a later version; `overrun`: more came than could be written;
 * `failed`: a write did not succeed; `closed`: the store is no longer open.
 */
export type StoreFault = 'locked' | 'damaged' | 'unusable' | 'overrun' | 'failed' | 'closed'

/** The store cannot do what it is for. The message says what to do next, in one line for people. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly fault: StoreFault

  constructor(fault: StoreFault, message: string, options?: { readonly cause: unknown }) {
    super(message, options)
    this.fault = fault
  }
}
