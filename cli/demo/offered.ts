import type { Publication } from './feed.js'

/** What everything published so far would have cost one reader, had each update been sent to it whole. */
export interface Offered {
  readonly updates: number
  readonly bytes: number
}

/** The members of such a message beside path and value, and its WebSocket header: what a plain server would send. */
const otherMembers = ',"version":"0123456789abcdef-1234567","time":1763683200000}'
const headerBytes = 4

/**
 * Counts what a server without deltas and conflation sends: for each update a WebSocket frame of
 * `{"path","value","version","time"}`, uncompressed.
 */
export class OfferedBytes {
  private updates = 0
  private bytes = 0

  add({ path }: Publication, json: string): void {
    const text = `{"path":${JSON.stringify(path)},"value":${json}${otherMembers}`
    this.updates += 1
    this.bytes += Buffer.byteLength(text) + headerBytes
  }

  total(): Offered {
    return { updates: this.updates, bytes: this.bytes }
  }
}
