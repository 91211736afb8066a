import { isUtf8 } from 'node:buffer'
import { skipSpace, skipString, skipValue } from '../../codecs/json/index.js'
import type { Refusal, ValueType } from '../../core/index.js'
import { linesLimits } from './limits.js'
import { isValueType } from './media.js'
import type { OwnCode } from './problems.js'
import { propertiesFrom } from './properties.js'
import type { Content } from './topic-writes.js'

/** What a line says. */
export interface Line extends Content {
  readonly path: string
}

/** Why a line says nothing that can be published. */
export interface LineFault {
  readonly code: OwnCode | Refusal['code']
  readonly detail: string
}

/** Members by which others say what a line is, and that mean nothing to whoever publishes it: a line of `rivulet subscribe --json` can be published. */
const ignored = ['version', 'snapshot']

/** Where the members of a line stand; -1: they do not. */
interface Extents {
  pathStart: number
  pathEnd: number
  valueStart: number
  valueEnd: number
  /** There are others. */
  hasMore: boolean
}

/** Reads lines such as `{"path":"a/b","value":21.5}`. RFC 8259; https://github.com/ndjson/ndjson-spec */
export class LineReader {
  private readonly extents: Extents = { pathStart: -1, pathEnd: -1, valueStart: -1, valueEnd: -1, hasMore: false }

  /** The line from `start` to `end`, without its line feed, or what is wrong with it. The value may be a view of the bytes. */
  read(bytes: Buffer, start: number, end: number): Line | LineFault {
    if (!this.scan(bytes, start, end)) return whyNot(bytes, start, end)
    const { pathStart, pathEnd, valueStart, hasMore } = this.extents
    if (!isUtf8(bytes.subarray(start, end))) return { code: 'badEncoding', detail: 'the line is not UTF-8' }
    if (pathStart < 0) return { code: 'invalidLine', detail: 'path: expected the path of a topic' }
    const path = textAt(bytes, pathStart, pathEnd)
    if (path === null) return { code: 'invalidLine', detail: 'path: expected a string' }
    if (hasMore) return this.readAll(bytes, start, end, path)
    if (valueStart < 0) return { code: 'invalidLine', detail: 'value: expected what is to be published' }
    const value = this.usualValue(bytes)
    if (value === null) return noText
    // Written out, since to spread one object into another takes longer than all else that is done with a line.
    return {
      path,
      value,
      type: this.usualType(bytes),
      merge: false,
      attributes: null,
      properties: null,
      lifetimeMs: 0,
      timeMs: 0,
    }
  }

  /** What a value without a type is: a string is text, a number is left to the gateway, so that it fits every kind of topic, anything else is JSON. */
  private usualType(bytes: Buffer): ValueType | null {
    const first = bytes[this.extents.valueStart] ?? 0
    if (first === 0x22) return 'string'
    return first === 0x2d || (first >= 0x30 && first <= 0x39) ? null : 'json'
  }

  /** Its bytes; null: it is a string that stands for no text. */
  private usualValue(bytes: Buffer): Uint8Array | null {
    const { valueStart, valueEnd } = this.extents
    return bytes[valueStart] === 0x22 ? stringBytes(bytes, valueStart, valueEnd) : bytes.subarray(valueStart, valueEnd)
  }

  /** A line that says more than path and value. */
  private readAll(bytes: Buffer, start: number, end: number, path: string): Line | LineFault {
    const { valueStart, valueEnd } = this.extents
    // The value is taken as it stands: to parse a long one would hold up everybody.
    const [before, behind] = valueStart < 0 ? [end, end] : [valueStart, valueEnd]
    if (before - start + end - behind > linesLimits.membersBytesMax) return longMembers
    const gap = valueStart < 0 ? '' : 'null'
    const document: unknown = JSON.parse(
      `${bytes.toString('utf8', start, before)}${gap}${bytes.toString('utf8', behind, end)}`,
    )
    const members = new Map(Object.entries(Object(document)))
    const unknown = [...members.keys()].find(
      (name) => !['path', 'value', 'type', 'time', 'merge', 'properties', ...ignored].includes(name),
    )
    if (unknown !== undefined)
      return { code: 'invalidLine', detail: `${JSON.stringify(unknown.slice(0, 100))}: no such member` }
    const [time = 0, type, merge = false, properties] = ['time', 'type', 'merge', 'properties'].map((name) =>
      members.get(name),
    )
    if (typeof time !== 'number' || !Number.isSafeInteger(time) || time < 0)
      return { code: 'invalidLine', detail: 'time: expected whole milliseconds since 1970' }
    if (typeof merge !== 'boolean') return { code: 'invalidLine', detail: 'merge: expected true or false' }
    if (this.extents.valueStart < 0) return { code: 'invalidLine', detail: 'value: expected what is to be published' }
    const typed = this.typed(bytes, type, merge)
    if ('code' in typed) return typed
    const read = typeof properties === 'object' && properties !== null ? propertiesFrom(properties) : none
    if (read.kind === 'wrong') return { code: 'invalidProperties', detail: read.why }
    return { path, ...bare, ...typed, merge, timeMs: time, properties: read.properties }
  }

  private usual(bytes: Buffer): Pick<Content, 'value' | 'type'> | LineFault {
    const value = this.usualValue(bytes)
    return value === null ? noText : { value, type: this.usualType(bytes) }
  }

  private typed(bytes: Buffer, type: unknown, merge: boolean): Pick<Content, 'value' | 'type'> | LineFault {
    const { valueStart, valueEnd } = this.extents
    const raw = bytes.subarray(valueStart, valueEnd)
    if (merge) return { value: raw, type: null }
    if (type === undefined) return this.usual(bytes)
    if (typeof type !== 'string' || !isValueType(type)) return { code: 'invalidLine', detail: 'type: no such type' }
    const text = textAt(bytes, valueStart, valueEnd)
    if (type === 'json') return { value: raw, type }
    if (type === 'binary') return binaryOf(raw)
    if (type === 'string' && text === null)
      return { code: 'invalidValue', detail: 'a string is expected for this type' }
    return { value: text === null ? raw : Buffer.from(text), type }
  }

  /** Finds path and value; false: the line is no JSON object. */
  private scan(bytes: Buffer, start: number, end: number): boolean {
    const { extents } = this
    extents.pathStart = -1
    extents.valueStart = -1
    extents.hasMore = false
    let at = skipSpace(bytes, start, end)
    if (at >= end || bytes[at] !== 0x7b) return false
    at = skipSpace(bytes, at + 1, end)
    if (at < end && bytes[at] === 0x7d) return skipSpace(bytes, at + 1, end) === end
    while (at < end) {
      const nameEnd = skipString(bytes, at, end)
      if (nameEnd < 0) return false
      const colon = skipSpace(bytes, nameEnd, end)
      if (colon >= end || bytes[colon] !== 0x3a) return false
      const valueStart = skipSpace(bytes, colon + 1, end)
      const valueEnd = skipValue(bytes, valueStart, end)
      if (valueEnd < 0) return false
      this.note(bytes, at, nameEnd, valueStart, valueEnd)
      at = skipSpace(bytes, valueEnd, end)
      if (at >= end) return false
      if (bytes[at] === 0x7d) return skipSpace(bytes, at + 1, end) === end
      if (bytes[at] !== 0x2c) return false
      at = skipSpace(bytes, at + 1, end)
    }
    return false
  }

  /** Of members that stand there twice the last counts, as everywhere. */
  private note(bytes: Buffer, nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const { extents } = this
    if (isNamed(bytes, nameStart, nameEnd, '"path"')) {
      extents.pathStart = valueStart
      extents.pathEnd = valueEnd
    } else if (isNamed(bytes, nameStart, nameEnd, '"value"')) {
      extents.valueStart = valueStart
      extents.valueEnd = valueEnd
    } else extents.hasMore = true
  }
}

const noText: LineFault = { code: 'invalidValue', detail: 'a string with half a character is no text' }
const longMembers: LineFault = {
  code: 'tooLarge',
  detail: `what stands beside the value may have ${linesLimits.membersBytesMax} bytes`,
}
const bare = { attributes: null, lifetimeMs: 0 } as const
const none = { kind: 'properties', properties: null } as const

function isNamed(bytes: Buffer, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false
  for (let index = 1; index < name.length; index++) if (bytes[start + index] !== name.charCodeAt(index)) return false
  return true
}

/** What a JSON string says, as UTF-8: where nothing in it is escaped, the bytes between its quotes. */
function stringBytes(bytes: Buffer, start: number, end: number): Uint8Array | null {
  for (let at = start + 1; at < end - 1; at++) {
    if (bytes[at] === 0x5c) {
      const text = textAt(bytes, start, end)
      return text === null ? null : Buffer.from(text)
    }
  }
  return bytes.subarray(start + 1, end - 1)
}

/** The text of the JSON string there; null: it is none, or stands for no text (a lone surrogate). */
function textAt(bytes: Buffer, start: number, end: number): string | null {
  if (bytes[start] !== 0x22) return null
  const text = bytes.toString('utf8', start + 1, end - 1)
  if (!text.includes('\\')) return text
  const parsed: unknown = JSON.parse(`"${text}"`)
  return typeof parsed === 'string' && !loneSurrogate.test(parsed) ? parsed : null
}

const loneSurrogate = /\p{Surrogate}/u

/** `{"base64":"…"}`, as event streams say it. */
function binaryOf(raw: Buffer): Pick<Content, 'value' | 'type'> | LineFault {
  const document: unknown = JSON.parse(raw.toString())
  const base64: unknown = Reflect.get(Object(document), 'base64')
  const value = typeof base64 === 'string' ? Buffer.from(base64, 'base64') : null
  if (value === null || value.toString('base64').replace(/=+$/, '') !== String(base64).replace(/={1,2}$/, ''))
    return { code: 'invalidValue', detail: 'a binary value is written {"base64":"…"}' }
  return { value, type: 'binary' }
}

function whyNot(bytes: Buffer, start: number, end: number): LineFault {
  const first = skipSpace(bytes, start, end)
  const isJson = skipSpace(bytes, Math.max(0, skipValue(bytes, first, end)), end) === end
  return isJson && bytes[first] !== 0x7b
    ? { code: 'invalidLine', detail: 'expected an object with path and value' }
    : { code: 'invalidJson', detail: 'the line is no JSON object; each stands on a line of its own' }
}
