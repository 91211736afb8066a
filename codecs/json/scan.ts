import { isUtf8 } from 'node:buffer'
import { jsonLimits } from './limits.js'

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const minus = 0x2d
const zero = 0x30
const nine = 0x39

/**
 * Finds where JSON values begin and end in bytes, without making anything of them: a value is published in the very bytes in which
 * it came, and to parse and print it again would take longer than all the rest. RFC 8259
 *
 * That the bytes are UTF-8 is somebody else's to check. Each function returns where what it reads ends, -1 where it is wrong.
 */
export function skipValue(bytes: Uint8Array, start: number, end: number, depth = 0): number {
  const first = start < end ? bytes[start] : 0
  switch (first) {
    case quote:
      return skipString(bytes, start, end)
    case openBrace:
      return depth < jsonLimits.depthMax ? skipObject(bytes, start, end, depth + 1) : -1
    case openBracket:
      return depth < jsonLimits.depthMax ? skipList(bytes, start, end, depth + 1) : -1
    case 0x74:
      return skipWord(bytes, start, end, 'true')
    case 0x66:
      return skipWord(bytes, start, end, 'false')
    case 0x6e:
      return skipWord(bytes, start, end, 'null')
    default:
      return skipNumber(bytes, start, end)
  }
}

/** Whether the bytes are one JSON text in UTF-8: found out without making anything of it, since a parser takes 80 ms for 1 MiB of brackets. */
export function isJsonText(bytes: Uint8Array): boolean {
  const end = skipValue(bytes, skipSpace(bytes, 0, bytes.length), bytes.length)
  return end >= 0 && skipSpace(bytes, end, bytes.length) === bytes.length && isUtf8(bytes)
}

/** Where something other than white space begins, or `end`. */
export function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end) {
    const byte = bytes[at]
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a) break
    at++
  }
  return at
}

/** A string with both its quotes. */
export function skipString(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== quote) return -1
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte === quote) return at + 1
    if (byte < 0x20) return -1
    if (byte === backslash) {
      at = skipEscape(bytes, at + 1, end)
      if (at < 0) return -1
    }
  }
  return -1
}

/** The last byte of an escape whose first is at `at`, -1 where it is none. */
function skipEscape(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1
  const byte = bytes[at] ?? 0
  // " \ / b f n r t
  if (byte === quote || byte === backslash || byte === 0x2f || byte === 0x62 || byte === 0x66) return at
  if (byte === 0x6e || byte === 0x72 || byte === 0x74) return at
  if (byte !== 0x75 || at + 4 >= end) return -1
  for (let digit = at + 1; digit <= at + 4; digit++) if (!isHex(bytes[digit] ?? 0)) return -1
  return at + 4
}

function isHex(byte: number): boolean {
  const letter = byte | 0x20
  return (byte >= zero && byte <= nine) || (letter >= 0x61 && letter <= 0x66)
}

function skipObject(bytes: Uint8Array, start: number, end: number, depth: number): number {
  let at = skipSpace(bytes, start + 1, end)
  if (bytes[at] === closeBrace && at < end) return at + 1
  while (at < end) {
    at = skipString(bytes, at, end)
    if (at < 0) return -1
    at = skipSpace(bytes, at, end)
    if (at >= end || bytes[at] !== colon) return -1
    at = skipValue(bytes, skipSpace(bytes, at + 1, end), end, depth)
    if (at < 0) return -1
    at = skipSpace(bytes, at, end)
    if (at >= end) return -1
    if (bytes[at] === closeBrace) return at + 1
    if (bytes[at] !== comma) return -1
    at = skipSpace(bytes, at + 1, end)
  }
  return -1
}

function skipList(bytes: Uint8Array, start: number, end: number, depth: number): number {
  let at = skipSpace(bytes, start + 1, end)
  if (bytes[at] === closeBracket && at < end) return at + 1
  while (at < end) {
    at = skipValue(bytes, at, end, depth)
    if (at < 0) return -1
    at = skipSpace(bytes, at, end)
    if (at >= end) return -1
    if (bytes[at] === closeBracket) return at + 1
    if (bytes[at] !== comma) return -1
    at = skipSpace(bytes, at + 1, end)
  }
  return -1
}

function skipWord(bytes: Uint8Array, start: number, end: number, word: string): number {
  if (start + word.length > end) return -1
  for (let index = 0; index < word.length; index++) if (bytes[start + index] !== word.charCodeAt(index)) return -1
  return start + word.length
}

function skipNumber(bytes: Uint8Array, start: number, end: number): number {
  let at = bytes[start] === minus ? start + 1 : start
  const whole = skipDigits(bytes, at, end)
  // A number does not begin with a zero that means nothing.
  if (whole === at || (bytes[at] === zero && whole > at + 1)) return -1
  at = whole
  if (at < end && bytes[at] === 0x2e) {
    const fraction = skipDigits(bytes, at + 1, end)
    if (fraction === at + 1) return -1
    at = fraction
  }
  if (at < end && ((bytes[at] ?? 0) | 0x20) === 0x65) {
    const sign = bytes[at + 1]
    const first = sign === minus || sign === 0x2b ? at + 2 : at + 1
    const exponent = skipDigits(bytes, first, end)
    if (exponent === first) return -1
    at = exponent
  }
  return at
}

function skipDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && (bytes[at] ?? 0) >= zero && (bytes[at] ?? 0) <= nine) at++
  return at
}
