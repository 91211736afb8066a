import { answerLimits } from './limits.js'

/** Bytes of a value from `start` up to and with `last`. */
export interface ByteRange {
  readonly start: number
  readonly last: number
}

/** What a `Range` field asks of a value of so many bytes. Null: it is to be ignored. RFC 9110 §14.2 */
export function rangesIn(field: string, bytes: number): readonly ByteRange[] | 'unsatisfiable' | null {
  const [, list] = /^bytes[ \t]*=(.*)$/i.exec(field.trim()) ?? []
  if (list === undefined) return null
  const specs = list.split(',').map((spec) => spec.trim())
  if (specs.length > answerLimits.rangesMax) return null
  const ranges: ByteRange[] = []
  for (const spec of specs) {
    if (spec === '') continue
    const range = rangeIn(spec, bytes)
    if (range === null) return null
    if (range.start <= range.last) ranges.push(range)
  }
  if (ranges.length === 0) return specs.every((spec) => spec === '') ? null : 'unsatisfiable'
  return isWasteful(ranges, bytes) ? null : ranges
}

/** One range, cut to the value; one that begins behind its end is empty. Null: it cannot be read. */
function rangeIn(spec: string, bytes: number): ByteRange | null {
  const [, first, last] = /^(\d{0,15})-(\d{0,15})$/.exec(spec) ?? []
  if (first === undefined || last === undefined) return null
  if (first === '') return last === '' ? null : { start: Math.max(0, bytes - Number(last)), last: bytes - 1 }
  if (last !== '' && Number(last) < Number(first)) return null
  return { start: Number(first), last: last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1) }
}

/** Ranges that overlap so much that they are more than the value: nobody needs that. RFC 9110 §17.15 */
function isWasteful(ranges: readonly ByteRange[], bytes: number): boolean {
  return ranges.length > 1 && ranges.reduce((sum, { start, last }) => sum + last - start + 1, 0) > bytes
}

/** Several ranges as one body, and its media type. RFC 9110 §14.6 */
export function multipartOf(ranges: readonly ByteRange[], value: Uint8Array, contentType: string, boundary: string) {
  const parts = ranges.flatMap(({ start, last }) => [
    Buffer.from(
      `\r\n--${boundary}\r\ncontent-type: ${contentType}\r\ncontent-range: bytes ${start}-${last}/${value.length}\r\n\r\n`,
    ),
    value.subarray(start, last + 1),
  ])
  const body = Buffer.concat([...parts, Buffer.from(`\r\n--${boundary}--\r\n`)])
  return { contentType: `multipart/byteranges; boundary=${boundary}`, body }
}
