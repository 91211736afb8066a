/** Frames that are nearly right. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { mutated } from '../mutated-bytes.js'

function framesOf(name: string): number[][] {
  const text = readFileSync(new URL(`../../../proto/vectors/${name}.json`, import.meta.url), 'utf8')
  return [...text.matchAll(/"hex": "([0-9a-f]*)"/g)].map(([, hex = '']) => [...Buffer.from(hex, 'hex')])
}

/** A topic described without what is usual, as other gateways may; ours says it all. [PROTOCOL 3.10] */
const sparse = [...Buffer.from('1a0b520912070a016118014200', 'hex')]

/** Of both directions, and malformed ones: what is right in one place may be interesting in another. */
const all = [...['from-client', 'from-gateway', 'malformed'].flatMap(framesOf), sparse]
const golden = fc.constantFrom(...all)

export const goldenFrames = all.map((bytes) => Uint8Array.from(bytes))

const frames = fc.array(golden, { minLength: 1, maxLength: 3 }).map((all) => all.flat())

/** A few golden frames behind each other, then changed in a few places. */
export const mutatedFrame = mutated(frames, golden).map((bytes) => Uint8Array.from(bytes))
