import type { Message } from './messages.js'
import { piecesOf } from './messages.js'
import type { RecordWriter } from './record-layer.js'
import { contentTypes } from './records.js'

/** A handshake message, or the word that what follows is protected. */
export type FlightItem = Message | 'changeCipherSpec'

/** Who writes what stands before that word, and what stands behind it. */
export interface Writers {
  readonly plain: RecordWriter
  readonly sealed: RecordWriter | null
}

const changed = Buffer.from([1])

/** What is said in one go, as datagrams of so many bytes at most. Said again, it has other record numbers. RFC 6347 §4.2.3 */
export function datagramsOf(items: readonly FlightItem[], { plain, sealed }: Writers, mtu: number): Buffer[] {
  const datagrams: Buffer[][] = []
  let room = 0
  const put = (record: Buffer) => {
    if (record.length > room) {
      datagrams.push([])
      room = mtu
    }
    datagrams.at(-1)?.push(record)
    room -= record.length
  }
  let writer = plain
  for (const item of items) {
    if (item === 'changeCipherSpec') {
      put(plain.write(contentTypes.changeCipherSpec, changed))
      writer = sealed ?? plain
    } else {
      for (const piece of piecesOf(item, mtu - writer.overheadBytes)) put(writer.write(contentTypes.handshake, piece))
    }
  }
  return datagrams.map((records) => Buffer.concat(records))
}
