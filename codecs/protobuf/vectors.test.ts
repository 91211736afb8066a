/** The frames of proto/vectors, which other implementations are held against as well. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import type { Version } from '../../core/index.js'
import { heardByClient, heardByGateway } from '../../test/support/wire/heard.js'
import { mutatedFrame } from '../../test/support/wire/mutated.js'
import type { Form, FrameName } from '../../test/support/wire/peer.js'
import { decodeByPeer, encodeByPeer, fromClientForm, fromGatewayForm, partEnds } from '../../test/support/wire/peer.js'
import { assertReadOrRefused } from '../../test/support/wire/read-or-refused.js'
import type { HeldVersion } from './index.js'
import { versionOf } from './index.js'

interface Vector {
  readonly clause: string
  readonly says: string
  readonly hex: string
}

/** `frame` is the JSON form of protobuf, with numbers as numbers. */
interface FrameVector extends Vector {
  readonly frame: Form
  /** What the client holds of the first update's topic before it, and what version the update then is. */
  readonly held?: HeldVersion
  readonly then?: Version & HeldVersion
}

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../proto/vectors/${name}.json`, import.meta.url), 'utf8'))

const bytesOf = ({ hex }: Vector): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const titleOf = ({ says, clause }: Vector): string => `${says} [PROTOCOL ${clause}]`

/** How each end hears a frame, and which frame would say just that. */
const ears = {
  FromClient: (frame: Uint8Array) => {
    const { outcome, heard } = heardByGateway(frame)
    return { outcome, form: fromClientForm(heard) }
  },
  FromGateway: (frame: Uint8Array) => {
    const { outcome, heard } = heardByClient(frame)
    return { outcome, form: fromGatewayForm(heard) }
  },
} as const

const fromClient = read<readonly FrameVector[]>('from-client')
const fromGateway = read<readonly FrameVector[]>('from-gateway')

for (const [name, vectors] of [
  ['FromClient', fromClient],
  ['FromGateway', fromGateway],
] as const) {
  suite(`golden frames, ${name}`, () => {
    for (const vector of vectors) {
      test(titleOf(vector), () => {
        const frame = bytesOf(vector)
        assert.equal(vector.hex, Buffer.from(encodeByPeer(name, vector.frame)).toString('hex'))
        const { outcome, form } = ears[name](frame)
        assert.deepEqual(outcome, { kind: 'done' })
        assert.deepEqual(decodeByPeer(name, encodeByPeer(name, form)), decodeByPeer(name, frame))
      })

      test(`cut at each byte: ${titleOf(vector)}`, () => {
        const frame = bytesOf(vector)
        const ends = partEnds(frame)
        for (let length = 0; length < frame.length; length++) assertCutIsSeen(name, frame.slice(0, length), ends)
      })
    }
  })
}

/** A frame that is cut between two parts says less; one that is cut within a part is malformed, and says no more. */
function assertCutIsSeen(name: FrameName, cut: Uint8Array, ends: readonly number[]): void {
  const { outcome, form } = ears[name](cut)
  assert.equal(outcome.kind, ends.includes(cut.length) ? 'done' : 'malformed')
  const whole = cut.slice(0, ends.findLast((end) => end <= cut.length) ?? 0)
  // A client hears replies first, so that what it has heard of a broken frame may lack updates that stood whole.
  const mayLack = name === 'FromGateway' && outcome.kind === 'malformed'
  if (!mayLack) assert.deepEqual(decodeByPeer(name, encodeByPeer(name, form)), decodeByPeer(name, whole))
}

suite('golden updates', () => {
  for (const vector of fromGateway.filter(({ then }) => then !== undefined)) {
    test(`the version of ${titleOf(vector)}`, () => {
      const [update] = heardByClient(bytesOf(vector)).heard.updates
      assert.ok(update !== undefined)
      assert.deepEqual(versionOf(update, vector.held ?? null), vector.then)
      if (vector.held !== undefined && update.offset === 0) assert.equal(versionOf(update, null), null)
    })
  }
})

suite('malformed frames', () => {
  const malformed = read<Readonly<Record<'fromClient' | 'fromGateway', readonly Vector[]>>>('malformed')
  for (const [name, vectors] of [
    ['FromClient', malformed.fromClient],
    ['FromGateway', malformed.fromGateway],
  ] as const) {
    for (const vector of vectors) {
      test(`${name}: ${titleOf(vector)}`, () => {
        const { outcome } = ears[name](bytesOf(vector))
        assert.equal(outcome.kind, 'malformed')
        assert.match(outcome.kind === 'malformed' ? outcome.why : '', /^byte \d+: \w.*\w$/)
      })
    }
  }
})

suite('mutated frames', () => {
  test('are read or refused, and never misread [PROTOCOL 1.6]', () => {
    fc.assert(fc.property(mutatedFrame, assertReadOrRefused), { numRuns: 2_000 })
  })
})
