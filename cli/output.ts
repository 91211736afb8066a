import type { FetchedTopic } from '../sdk/index.js'
import { RivuletError } from '../sdk/index.js'

/** As much of an update or a fetched topic as is printed. */
export interface Printable {
  readonly path: string
  readonly type: string
  /** Throws `invalidValue` where the bytes are not of their type. */
  readonly value: unknown
  readonly bytes: Uint8Array
  readonly version: string
  readonly snapshot: boolean
  readonly removed: boolean
}

/** `path value`, as `mosquitto_sub -v` prints it; what would break the line or steer a terminal is escaped. */
export function plainLine(update: Printable): string {
  return `${escaped(update.path)} ${plainValue(update)}`
}

/** One JSON object; members in the order in which people look for them. What is not of its type is a text, marked `invalid`. */
export function jsonLine(update: Printable): string {
  const { path, type, version, snapshot, removed } = update
  const invalid = whyUnreadable(update) !== null
  const value = removed ? null : invalid ? textOf(update.bytes) : jsonValue(update.value)
  return JSON.stringify({
    path,
    type,
    value,
    version,
    snapshot,
    ...(removed && { removed }),
    ...(invalid && { invalid }),
  })
}

/** Why the bytes cannot be read as their type; null: they can. */
export function whyUnreadable(update: Pick<Printable, 'value'>): string | null {
  try {
    void update.value
    return null
  } catch (error) {
    if (error instanceof RivuletError && error.code === 'invalidValue') return error.message
    throw error
  }
}

/** A fetched topic as it is printed. */
export function printable(topic: FetchedTopic): Printable {
  const { path, type, bytes, version } = topic
  return {
    path,
    type,
    bytes: bytes ?? new Uint8Array(),
    version,
    snapshot: true,
    removed: false,
    get value() {
      return topic.value
    },
  }
}

function plainValue(update: Printable): string {
  const { type, bytes, removed } = update
  if (removed) return '(removed)'
  if (type === 'binary') return `base64:${Buffer.from(bytes).toString('base64')}`
  const text = textOf(bytes)
  // A publisher may send JSON over several lines; the value is the same on one.
  const isSpread = type === 'json' && text.includes('\n') && whyUnreadable(update) === null
  return isSpread ? JSON.stringify(update.value) : escaped(text)
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

/** Binary as in server-sent events; whole numbers beyond ±2^53 as text, since JSON readers would round them. [SEM 4.4] */
function jsonValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') }
  return typeof value === 'bigint' ? value.toString() : value
}

/** C0, DEL and C1: everything that moves a cursor or ends a line. */
const controls = /\p{Cc}/gu

/** Text that neither breaks its line nor steers a terminal. */
export function escaped(text: string): string {
  return text.replace(controls, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
