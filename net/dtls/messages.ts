import { FieldReader, field } from './fields.js'

/** Kinds of handshake messages. RFC 5246 §A.4, RFC 6347 §4.3.2 */
export const messageTypes = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  helloVerifyRequest: 3,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
} as const

/** A handshake message as a whole. */
export interface Message {
  readonly type: number
  readonly sequence: number
  readonly body: Buffer
  /** With its head, as if it had come in one piece: what transcripts are made of. */
  readonly whole: Buffer
}

/** A piece of a handshake message. */
export interface Piece {
  readonly type: number
  /** Of the whole body. */
  readonly length: number
  readonly sequence: number
  readonly offset: number
  readonly bytes: Buffer
}

/** Bytes before each piece. RFC 6347 §4.2.2 */
const headBytes = 12

export function messageOf(type: number, sequence: number, body: Uint8Array): Message {
  const bytes = Buffer.from(body)
  return { type, sequence, body: bytes, whole: Buffer.concat([headOf({ type, sequence }, bytes.length), bytes]) }
}

function headOf(
  { type, sequence }: Pick<Message, 'type' | 'sequence'>,
  length: number,
  offset = 0,
  pieceBytes = length,
): Buffer {
  return Buffer.concat([field(type, 1), field(length, 3), field(sequence, 2), field(offset, 3), field(pieceBytes, 3)])
}

/** The message in pieces of so many bytes at most, each with its head. */
export function piecesOf(message: Message, roomBytes: number): Buffer[] {
  const { body } = message
  const most = Math.max(1, roomBytes - headBytes)
  const pieces: Buffer[] = []
  for (let offset = 0; offset === 0 || offset < body.length; offset += most) {
    const bytes = body.subarray(offset, offset + most)
    pieces.push(Buffer.concat([headOf(message, body.length, offset, bytes.length), bytes]))
  }
  return pieces
}

/** The pieces in a record; null: it cannot be read. */
export function piecesIn(content: Buffer): Piece[] | null {
  const reader = new FieldReader(content)
  const pieces: Piece[] = []
  while (reader.hasMore) {
    const type = reader.number(1)
    const length = reader.number(3)
    const sequence = reader.number(2)
    const offset = reader.number(3)
    const bytes = reader.vector(3)
    if (offset + bytes.length > length) return null
    pieces.push({ type, length, sequence, offset, bytes })
  }
  return reader.isWhole ? pieces : null
}
