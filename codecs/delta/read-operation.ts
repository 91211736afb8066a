import {
  integerLastByteMax,
  integerShiftMax,
  replaceCopiedMore,
  replaceInserts,
  seekCode,
  seekInsertedMore,
} from './format.js'

/** A place in a delta, and the operation just before it. */
export interface OperationReader {
  readonly delta: Uint8Array
  /** Behind an operation's numbers: at the bytes that it inserts. The caller moves it over them. */
  at: number
  copied: number
  inserted: number
  /** How far the base goes on from where the copy ended; null: behind as many bytes as are inserted. */
  seek: number | null
  /** What is wrong with the delta; empty while nothing is. */
  why: string
}

/** A reader at the start. */
export function readerOf(delta: Uint8Array): OperationReader {
  return { delta, at: 0, copied: 0, inserted: 0, seek: null, why: '' }
}

/** Reads the next operation. False at the end, and where the delta is malformed: then `why` says why. */
export function readOperation(reader: OperationReader): boolean {
  const code = reader.delta[reader.at]
  if (code === undefined) return false
  reader.at++
  if (code < seekCode) readReplace(reader, code)
  else readSeek(reader, code)
  return reader.why === ''
}

/** [D4] */
function readReplace(reader: OperationReader, code: number): void {
  const inserted = (code % replaceInserts) + 1
  const copied = (code - inserted + 1) / replaceInserts
  reader.copied = copied < replaceCopiedMore ? copied : copied + readInteger(reader)
  reader.inserted = inserted < replaceInserts ? inserted : inserted + readInteger(reader)
  reader.seek = null
}

/** [D5] */
function readSeek(reader: OperationReader, code: number): void {
  const inserted = code - seekCode
  reader.copied = readInteger(reader)
  reader.inserted = inserted < seekInsertedMore ? inserted : inserted + readInteger(reader)
  const zigzag = readInteger(reader)
  reader.seek = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
}

/** Unsigned LEB128 below 2^31 in its shortest form [D3]; anything, with `why` set, if it is not that. */
function readInteger(reader: OperationReader): number {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = reader.delta[reader.at++]
    if (byte === undefined) return refuse(reader, 'the delta ends inside an integer')
    if (byte === 0 && shift > 0) return refuse(reader, 'an integer is longer than it need be')
    if (shift === integerShiftMax && byte > integerLastByteMax) return refuse(reader, 'an integer is 2^31 or more')
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return value
  }
}

function refuse(reader: OperationReader, why: string): number {
  reader.why ||= why
  return 0
}
