import { nearBytes } from './limits.js'

/** How many bytes from `aAt` and `bAt` on are equal, `most` at the most. Both must have that many. */
export function matchForward(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, most: number): number {
  const near = Math.min(most, nearBytes)
  let length = 0
  // Four a turn: 30 % quicker than one, and there is nothing to set up.
  while (
    length + 4 <= near &&
    a[aAt + length] === b[bAt + length] &&
    a[aAt + length + 1] === b[bAt + length + 1] &&
    a[aAt + length + 2] === b[bAt + length + 2] &&
    a[aAt + length + 3] === b[bAt + length + 3]
  )
    length += 4
  while (length < near && a[aAt + length] === b[bAt + length]) length++
  return length < nearBytes || most === nearBytes ? length : matchFar(a, aAt, b, bAt, most)
}

/** The same for the bytes before `aEnd` and `bEnd`, backwards. */
export function matchBackward(a: Uint8Array, aEnd: number, b: Uint8Array, bEnd: number, most: number): number {
  const near = Math.min(most, nearBytes)
  let length = 0
  while (
    length + 4 <= near &&
    a[aEnd - length - 1] === b[bEnd - length - 1] &&
    a[aEnd - length - 2] === b[bEnd - length - 2] &&
    a[aEnd - length - 3] === b[bEnd - length - 3] &&
    a[aEnd - length - 4] === b[bEnd - length - 4]
  )
    length += 4
  while (length < near && a[aEnd - length - 1] === b[bEnd - length - 1]) length++
  return length < nearBytes || most === nearBytes ? length : matchFarBackward(a, aEnd, b, bEnd, most)
}

/** What comparing so many equal bytes costs; see limits.ts. */
export function stepsOf(run: number): number {
  return run <= nearBytes ? run : nearBytes + ((run - nearBytes) >> 4)
}

/** Goes on from `nearBytes`, sixteen bytes a turn. */
function matchFar(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, most: number): number {
  const aView = new DataView(a.buffer, a.byteOffset + aAt, most)
  const bView = new DataView(b.buffer, b.byteOffset + bAt, most)
  let length = nearBytes
  while (length + 16 <= most && sixteenEqual(aView, bView, length)) length += 16
  while (length < most && a[aAt + length] === b[bAt + length]) length++
  return length
}

function matchFarBackward(a: Uint8Array, aEnd: number, b: Uint8Array, bEnd: number, most: number): number {
  const aView = new DataView(a.buffer, a.byteOffset + aEnd - most, most)
  const bView = new DataView(b.buffer, b.byteOffset + bEnd - most, most)
  let length = nearBytes
  while (length + 16 <= most && sixteenEqual(aView, bView, most - length - 16)) length += 16
  while (length < most && a[aEnd - length - 1] === b[bEnd - length - 1]) length++
  return length
}

function sixteenEqual(a: DataView, b: DataView, at: number): boolean {
  return (
    ((a.getInt32(at, true) ^ b.getInt32(at, true)) |
      (a.getInt32(at + 4, true) ^ b.getInt32(at + 4, true)) |
      (a.getInt32(at + 8, true) ^ b.getInt32(at + 8, true)) |
      (a.getInt32(at + 12, true) ^ b.getInt32(at + 12, true))) ===
    0
  )
}
