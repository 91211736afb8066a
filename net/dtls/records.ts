import { field } from './fields.js'
import { dtlsLimits } from './limits.js'

/** What a record carries. RFC 6347 §4.1, RFC 9146 §4 */
export const contentTypes = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  /** Says by an id whose it is; what it carries stands inside, protected. */
  withConnectionId: 25,
} as const

/** DTLS 1.2 as it stands on the wire: the complement of the number. */
export const version12 = 0xfefd
/** Hellos may come in records of DTLS 1.0. RFC 6347 §4.2.1 */
const version10 = 0xfeff

/** Bytes before a record's content, but for a connection id. */
export const headerBytes = 13

/** A record as it came. All are views of the datagram. */
export interface DtlsRecord {
  readonly type: number
  readonly epoch: number
  readonly sequence: number
  /** Epoch and sequence number, 64 bits. */
  readonly number: Buffer
  readonly connectionId: Buffer
  readonly content: Buffer
}

const none: Buffer = Buffer.alloc(0)

/** The records of a datagram, up to the first that is none. `connectionIdBytes`: how long the ids are that this side issues. */
export function recordsIn(datagram: Buffer, connectionIdBytes: number): DtlsRecord[] {
  const records: DtlsRecord[] = []
  let at = 0
  while (at < datagram.length && records.length < dtlsLimits.recordsPerDatagramMax) {
    const idBytes = datagram[at] === contentTypes.withConnectionId ? connectionIdBytes : 0
    const head = headerBytes + idBytes
    if (at + head > datagram.length) break
    const version = datagram.readUInt16BE(at + 1)
    const end = at + head + datagram.readUInt16BE(at + head - 2)
    if (end > datagram.length || (version !== version12 && version !== version10)) break
    records.push({
      type: datagram[at] ?? 0,
      epoch: datagram.readUInt16BE(at + 3),
      sequence: datagram.readUIntBE(at + 5, 6),
      number: datagram.subarray(at + 3, at + 11),
      connectionId: idBytes === 0 ? none : datagram.subarray(at + 11, at + 11 + idBytes),
      content: datagram.subarray(at + head, end),
    })
    at = end
  }
  return records
}

/** Epoch and sequence number as records have them. */
export function recordNumber(epoch: number, sequence: number): Buffer {
  return Buffer.concat([field(epoch, 2), field(sequence, 6)])
}

/** A record of DTLS 1.2. */
export function recordOf(type: number, number: Uint8Array, connectionId: Uint8Array, content: Uint8Array): Buffer {
  return Buffer.concat([field(type, 1), field(version12, 2), number, connectionId, field(content.length, 2), content])
}
