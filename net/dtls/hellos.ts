import { FieldReader, field, numbers, numbersIn, vector } from './fields.js'
import { version12 } from './records.js'

/** Extensions that are looked at. */
export const extensionTypes = {
  /** RFC 8422 §5.1.1 */
  supportedGroups: 10,
  /** RFC 8422 §5.1.2 */
  pointFormats: 11,
  /** RFC 5246 §7.4.1.4.1 */
  signatureAlgorithms: 13,
  /** RFC 7627 §5.1 */
  extendedMasterSecret: 23,
  /** RFC 9146 §3 */
  connectionId: 54,
  /** RFC 5746 §3.2: that nothing went before is said even where nothing can be renegotiated. */
  renegotiationInfo: 0xff01,
} as const

/** Stands among the suites for an empty `renegotiation_info`. RFC 5746 §3.3 */
export const renegotiationSignal = 0x00ff

export type Extensions = ReadonlyMap<number, Buffer>

export interface ClientHello {
  readonly random: Buffer
  readonly sessionId: Buffer
  readonly cookie: Buffer
  readonly suites: readonly number[]
  readonly extensions: Extensions
}

export interface ServerHello {
  readonly random: Buffer
  readonly suite: number
  readonly extensions: Extensions
}

export const randomBytesOf = 32

/** RFC 6347 §4.2.1. Null: it cannot be read, or offers nothing that both could speak. */
export function clientHelloIn(body: Buffer): ClientHello | null {
  const reader = new FieldReader(body)
  const version = reader.number(2)
  const random = reader.take(randomBytesOf)
  const sessionId = reader.vector(1)
  const cookie = reader.vector(1)
  const suites = numbersIn(reader.vector(2))
  const compressions = reader.vector(1)
  const extensions = reader.hasMore ? extensionsIn(reader.vector(2)) : new Map<number, Buffer>()
  // Later versions have lower numbers, and their clients speak this one, too.
  const isOurs = version <= version12 && version >> 8 === 0xfe && sessionId.length <= 32 && compressions.includes(0)
  if (!reader.isWhole || suites === null || extensions === null || !isOurs) return null
  return { random, sessionId, cookie, suites, extensions }
}

export function clientHelloBody({ random, sessionId, cookie, suites, extensions }: ClientHello): Buffer {
  return Buffer.concat([
    field(version12, 2),
    random,
    vector(sessionId, 1),
    vector(cookie, 1),
    vector(numbers(suites), 2),
    vector(noCompression, 1),
    extensionsBody(extensions),
  ])
}

const noCompression = Buffer.from([0])

/** RFC 5246 §7.4.1.3. Null: it cannot be read, or is not of this version. */
export function serverHelloIn(body: Buffer): ServerHello | null {
  const reader = new FieldReader(body)
  const version = reader.number(2)
  const random = reader.take(randomBytesOf)
  reader.vector(1)
  const suite = reader.number(2)
  const compression = reader.number(1)
  const extensions = reader.hasMore ? extensionsIn(reader.vector(2)) : new Map<number, Buffer>()
  if (!reader.isWhole || version !== version12 || compression !== 0 || extensions === null) return null
  return { random, suite, extensions }
}

export function serverHelloBody({ random, suite, extensions }: ServerHello): Buffer {
  return Buffer.concat([
    field(version12, 2),
    random,
    // No session: there is nothing to come back to but an association, which goes on by itself.
    field(0, 1),
    field(suite, 2),
    field(0, 1),
    extensionsBody(extensions),
  ])
}

/** The cookie that a server asks for; null: it cannot be read. RFC 6347 §4.2.1 */
export function cookieIn(body: Buffer): Buffer | null {
  const reader = new FieldReader(body)
  reader.number(2)
  const cookie = reader.vector(1)
  return reader.isWhole ? cookie : null
}

export function helloVerifyBody(cookie: Uint8Array): Buffer {
  return Buffer.concat([field(version12, 2), vector(cookie, 1)])
}

/** Null: they cannot be read, or one stands there twice. RFC 5246 §7.4.1.4 */
function extensionsIn(bytes: Buffer): Extensions | null {
  const reader = new FieldReader(bytes)
  const extensions = new Map<number, Buffer>()
  while (reader.hasMore) {
    const type = reader.number(2)
    if (extensions.has(type)) return null
    extensions.set(type, reader.vector(2))
  }
  return reader.isWhole ? extensions : null
}

function extensionsBody(extensions: Extensions): Buffer {
  if (extensions.size === 0) return Buffer.alloc(0)
  return vector(
    Buffer.concat(Array.from(extensions, ([type, data]) => Buffer.concat([field(type, 2), vector(data, 2)]))),
    2,
  )
}

/** The one vector that is all of an extension; null: there is more, or less. */
export function soleVector(data: Buffer, lengthSize: 1 | 2): Buffer | null {
  const reader = new FieldReader(data)
  const inside = reader.vector(lengthSize)
  return reader.isWhole ? inside : null
}
