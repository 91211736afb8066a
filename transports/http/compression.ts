import * as zlib from 'node:zlib'
import { answerLimits } from './limits.js'

/** A coding that a value is sent in. RFC 9110 §8.4.1, RFC 8878 */
export type Coding = 'zstd' | 'br' | 'gzip'

type Compress = (value: Uint8Array, done: (error: Error | null, bytes: Uint8Array) => void) => void

const { constants } = zlib

/** Quality 4 takes as long as gzip does, and leaves less. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

/** Newer runtimes have Zstandard; the declarations of the oldest that is supported do not name it. */
const zstd: unknown = Reflect.get(zlib, 'zstdCompress')

/** What this runtime has, the best first. */
const codings: readonly (readonly [Coding, Compress])[] = [
  ...(typeof zstd === 'function'
    ? [
        ['zstd', (value: Uint8Array, done) => void Reflect.apply(zstd, zlib, [value, done])] satisfies [
          Coding,
          Compress,
        ],
      ]
    : []),
  ['br', (value, done) => zlib.brotliCompress(value, brotliOptions, done)],
  ['gzip', (value, done) => zlib.gzip(value, done)],
]

/** The best coding that the client takes; null: none. RFC 9110 §12.5.3 */
export function codingFor(accepted: string | null): Coding | null {
  if (accepted === null || accepted === '') return null
  const weights = new Map<string, number>()
  for (const part of accepted.toLowerCase().split(',', 32)) {
    // Trimmed first: two stretches of white space side by side would be split in every way there is.
    const [, name = '', weight = '1'] = /^([^\s;]+)(?:\s*;\s*q=([\d.]{1,5}))?$/.exec(part.trim()) ?? []
    weights.set(name === 'x-gzip' ? 'gzip' : name, Number(weight))
  }
  const weightOf = (name: string) => weights.get(name) ?? weights.get('*') ?? 0
  const identity = weights.get('identity') ?? 0
  let best: Coding | null = null
  for (const [name] of codings) {
    if (weightOf(name) > (best === null ? 0 : weightOf(best)) && weightOf(name) >= identity) best = name
  }
  return best
}

/** Compresses on other threads, and keeps what came of it for the next who asks for the same version. */
export class Compression {
  private readonly kept = new Map<string, Uint8Array>()
  private keptBytes = 0
  private running = 0

  /** `done` gets the compressed bytes, or null where they would not be shorter, or there is too much to do. `key` names the version. */
  compress(coding: Coding, key: string, value: Uint8Array, done: (bytes: Uint8Array | null) => void): void {
    const name = `${coding} ${key}`
    const known = this.kept.get(name)
    if (known !== undefined) {
      // What was asked for last goes last.
      this.kept.delete(name)
      this.kept.set(name, known)
      return done(known)
    }
    const compress = codings.find(([each]) => each === coding)?.[1]
    if (compress === undefined || this.running >= answerLimits.compressionsMax) return done(null)
    this.running += 1
    compress(value, (error, bytes) => {
      this.running -= 1
      const isShorter = error === null && bytes.length < value.length
      if (isShorter) this.keep(name, bytes)
      done(isShorter ? bytes : null)
    })
  }

  private keep(name: string, bytes: Uint8Array): void {
    if (bytes.length > answerLimits.keptBytesMax / 4) return
    this.keptBytes += bytes.length - (this.kept.get(name)?.length ?? 0)
    this.kept.set(name, bytes)
    for (const [oldest, { length }] of this.kept) {
      if (this.keptBytes <= answerLimits.keptBytesMax) return
      this.kept.delete(oldest)
      this.keptBytes -= length
    }
  }
}
