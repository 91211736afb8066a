/**
 * What our own wire costs: to make an update's bytes, to copy fifty of them into a frame, to read a publish, and so on.
 *
 * The value is a quote of about 200 bytes of which three numbers change, the topic's path has 23 characters, and times and offsets are as
 * long as they are in practice.
 */
import { pathToFileURL } from 'node:url'
import type { FromClientReceiver, FromGatewayReceiver } from '../../codecs/protobuf/index.js'
import {
  decodeFromClient,
  decodeFromGateway,
  encodeAcknowledge,
  encodePublish,
  FrameEncoder,
} from '../../codecs/protobuf/index.js'
import type { Audience, Batch, Publish } from '../../core/index.js'
import { itemFlags, Update } from '../../core/index.js'

/** One measured value. */
export interface WireFigure {
  readonly name: string
  readonly value: number
  readonly unit: string
}

/** All figures of this page, each the fastest of many rounds. */
export function wireFigures(): WireFigure[] {
  return [...encodingFigures(), ...decodingFigures(), ...sizeFigures()]
}

const rounds = 40
const itemCount = 2_000
const batchCount = 50
const offset = 73_000_000
const timeMs = 1_763_683_200_000

const audience: Audience = { features: { deltas: true, deflate: false }, outwardPath: (path) => path }
/** The n-th value of one quote. */
function quotedValue(n: number): Uint8Array {
  const [bid, ask] = [187 + (n % 89) / 100, 187.01 + (n % 97) / 100].map((price) => price.toFixed(2))
  const head = '{"symbol":"EURJPY","exchange":"XOFF","currency":"JPY"'
  const tail = '"open":186.90,"high":188.30,"low":186.40,"close":187.10,"status":"open","venue":"LD4","note":"ok"}'
  return new TextEncoder().encode(`${head},"bid":${bid},"ask":${ask},"volume":${1_482_300 + n},${tail}`)
}

/** The n-th change as two versions of one topic. */
function versions(n: number): { base: Update; update: Update } {
  return {
    base: quote(n, offset + n, timeMs, quotedValue(n)),
    update: quote(n, offset + n + batchCount, timeMs + 250, quotedValue(n + 1)),
  }
}

function quote(n: number, offset: number, timeMs: number, value: Uint8Array): Update {
  return new Update({
    topic: { id: 5_000 + (n % 10_000), path: `fx/quotes/lhr/eur/${10_000 + (n % 10_000)}` },
    offset,
    previous: offset - batchCount,
    timeMs,
    previousTimeMs: timeMs - 250,
    type: 'json',
    value,
    attributes: null,
    handling: { qos: 2, isRetained: true, isMessage: true },
    origin: '',
    expiresAtMs: 0,
    content: 'value',
    isShared: true,
  })
}

/** New updates for each round, since an update remembers its bytes. */
const someVersions = () => Array.from({ length: itemCount }, (_, n) => versions(n))

const batchOf = (count: number): Batch => batchWith(someVersions().slice(0, count), itemFlags.follows, true)

function batchWith(pairs: ReturnType<typeof someVersions>, flags: number, hasBase: boolean): Batch {
  return {
    audience,
    count: pairs.length,
    updates: pairs.map(({ update }) => update),
    bases: pairs.map(({ base }) => (hasBase ? base : null)),
    flags: pairs.map(() => flags),
    terms: [],
    frameOf: () => null,
    keepFrame: () => undefined,
  }
}

function encodingFigures(): WireFigure[] {
  const encoder = new FrameEncoder()
  const batchesOfOne = (flags: number, hasBase: boolean) => () =>
    someVersions().map((pair) => batchWith([pair], flags, hasBase))
  const encodeAll = (batches: readonly Batch[]): void => {
    for (const batch of batches) encoder.encodeBatch(batch, () => 0)
  }
  const batch = batchOf(batchCount)
  const encodeFrames = (): void => {
    for (let n = 0; n < itemCount; n++) encoder.encodeBatch(batch, () => 10)
  }
  const publishAll = (): void => {
    for (const publish of publishes) encodePublish(publish)
  }
  return [
    figure('encode an update: value', batchesOfOne(itemFlags.follows, false), encodeAll),
    figure('encode an update: delta', batchesOfOne(itemFlags.follows, true), encodeAll),
    figure('encode an update: bind', batchesOfOne(itemFlags.bind, false), encodeAll),
    figure(`a frame of ${batchCount} updates that have their bytes`, nothing, encodeFrames),
    figure('encode a publish', nothing, publishAll),
  ]
}

const publishes = Array.from(
  { length: itemCount },
  (_, n): Publish => ({
    kind: 'publish',
    sequence: 1_000 + n,
    path: null,
    alias: 1 + (n % 100),
    value: quotedValue(n),
    type: 'json',
    merge: false,
    timeMs: 0,
    lifetimeMs: 0,
    attributes: null,
    handling: null,
    expect: null,
    properties: null,
  }),
)

function decodingFigures(): WireFigure[] {
  const byAlias = publishes.map(encodePublish)
  const byPath = publishes.map((publish, n) =>
    encodePublish({ ...publish, path: quote(n, 1, 1, publish.value).topic.path }),
  )
  const acknowledgement = encodeAcknowledge(123_456_789, { kind: 'acknowledge', offset, held: [] })
  const acknowledgements = publishes.map(() => acknowledgement)
  const frames = [new FrameEncoder().encodeBatch(batchOf(batchCount), () => 0)]
  const perUpdate = figure('decode an update, in a frame', () => Array(itemCount).fill(frames[0]), readAll)
  return [
    figure('decode a publish: alias', () => byAlias, receiveAll),
    figure('decode a publish: alias and path', () => byPath, receiveAll),
    figure('decode an acknowledgement', () => acknowledgements, receiveAll),
    { ...perUpdate, value: perUpdate.value / batchCount },
  ]
}

/** Where all that was decoded ends: the last of it is kept, so that no engine may leave the work out. */
const heard: unknown[] = []
const hear = (message: unknown): void => {
  heard[0] = message
}
const gateway: FromClientReceiver = { peer: '', received: hear, acknowledged: hear }
const client: FromGatewayReceiver = { update: hear, reply: hear, standing: hear }

function receiveAll(frames: readonly Uint8Array[]): void {
  for (const frame of frames) decodeFromClient(frame, gateway)
}

function readAll(frames: readonly Uint8Array[]): void {
  for (const frame of frames) decodeFromGateway(frame, client)
}

function sizeFigures(): WireFigure[] {
  const size = (hasBase: boolean, flags: number) =>
    new FrameEncoder().encodeBatch(batchWith([versions(0)], flags, hasBase), () => 0).length
  return [
    { name: 'an update: delta of a quote of 200 bytes', value: size(true, itemFlags.follows), unit: 'bytes' },
    { name: 'an update: the same in full', value: size(false, itemFlags.follows), unit: 'bytes' },
    { name: 'an update: the same with its path', value: size(false, itemFlags.bind), unit: 'bytes' },
  ]
}

const nothing = (): null => null

/** The fastest round, in nanoseconds for each of the items that a round works through. */
function figure<Input>(name: string, prepare: () => Input, work: (input: Input) => void): WireFigure {
  const times = Array.from({ length: rounds }, () => elapsedNs(prepare(), work))
  return { name, value: Math.min(...times) / itemCount, unit: 'ns' }
}

function elapsedNs<Input>(input: Input, work: (input: Input) => void): number {
  const start = process.hrtime.bigint()
  work(input)
  return Number(process.hrtime.bigint() - start)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, value, unit } of wireFigures()) console.log(`${value.toFixed(1).padStart(9)} ${unit}  ${name}`)
}
