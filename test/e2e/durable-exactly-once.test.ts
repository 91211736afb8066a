import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'mocha'
import { builtCommand } from '../support/docs/workspace.js'
import { startedIn } from '../support/mqtt/durable-gateway.js'
import type { Spoken } from '../support/mqtt/strict-device.js'
import { StrictDevice } from '../support/mqtt/strict-device.js'
import { needsPeer } from '../support/peers.js'
import { Random } from '../support/random.js'

/** How often each gateway is killed, and from which seed the times are drawn. */
const kills = Number(process.env.DURABLE_KILLS ?? 2)
const seed = Number(process.env.DURABLE_SEED ?? 20_261)

/** Packets that come before a kill, at least, and at most so many more. */
const packetsMin = 40
const packetsMore = 1_000

/** One of these is the last that a device takes before a kill: each step must be one that can be the last. */
const kinds = ['publish', 'puback', 'pubrec', 'pubrel', 'pubcomp'] as const

/** What a power cut may take in mode `interval`, ms; the death of the process takes less. */
const syncMs = 1_000

/** The text after which a device says nothing more on a topic. */
const last = 'end'

/** A device that counts on two topics of its own, one for each QoS, and hears the other's. */
class Counting {
  isOver = false
  private spoken = 0
  private readonly lasts: Spoken[]
  readonly device: StrictDevice

  constructor(
    readonly name: string,
    other: string,
  ) {
    this.lasts = ([1, 2] as const).map((qos) => ({ topic: this.topic(qos), text: last, qos }))
    this.device = new StrictDevice(name, `${other}/#`, () => this.next())
  }

  topic(qos: 1 | 2): string {
    return `${this.name}/${qos}`
  }

  private next(): Spoken | null {
    if (this.isOver) return this.lasts.shift() ?? null
    const qos = this.spoken % 2 === 0 ? 1 : 2
    this.spoken += 1
    return { topic: this.topic(qos), text: `${qos}-${this.spoken}`, qos }
  }

  /** What the other took of this one's messages with this QoS. */
  heardBy(other: Counting, qos: 1 | 2): string[] {
    return other.device.got.get(this.topic(qos)) ?? []
  }

  /** What was answered, with this QoS, in the order in which it was said. */
  answered(qos: 1 | 2): string[] {
    const texts = [...this.device.answered].filter((text) => text.startsWith(`${qos}-`))
    return texts.sort((one, other) => numberOf(one) - numberOf(other))
  }
}

const numberOf = (text: string): number => (text === last ? Number.POSITIVE_INFINITY : Number(text.slice(2)))

/** Two devices talk, and the gateway between them is killed and started again; what they say of it in the end. */
async function talkOver(commit: 'interval' | 'always', random: Random) {
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-killed-'))
  const [a, b] = [new Counting('a', 'b'), new Counting('b', 'a')]
  const killedMs: number[] = []
  try {
    for (let round = 0; round <= kills; round++) {
      const { gateway, port } = await startedIn(folder, commit)
      for (const { device } of [a, b]) assert.equal(await device.connect(port), round > 0, 'the session is there')
      for (const { device } of [a, b]) device.publish()
      if (round < kills) {
        const enough = a.device.packets + packetsMin + random.below(packetsMore)
        const last = random.pick(kinds)
        await a.device.brokenAt((kind) => kind === last && a.device.packets >= enough)
      } else await finish(a, b)
      await gateway.kill()
      killedMs.push(Date.now())
      for (const { device } of [a, b]) device.break()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  return { pairs: [[a, b] as const, [b, a] as const], killedMs }
}

/** Lets both have all that is on its way. */
async function finish(a: Counting, b: Counting): Promise<void> {
  for (const one of [a, b]) {
    one.isOver = true
    one.device.publish()
  }
  for (const [one, other] of [[a, b] as const, [b, a] as const]) {
    await one.device.until(() => one.device.isAnswered)
    await other.device.until(() => ([1, 2] as const).every((qos) => one.heardBy(other, qos).includes(last)))
  }
}

const firsts = (texts: readonly string[]): string[] => [...new Set(texts)]

const isRising = (texts: readonly string[]): boolean =>
  texts.every((text, at) => at === 0 || numberOf(text) > numberOf(texts[at - 1] ?? ''))

suite('a gateway that is killed at any time', () => {
  test(`in mode always loses nothing that was acknowledged and tells what is to come exactly once, once (seed ${seed})`, async function () {
    this.timeout(30_000 + kills * 10_000)
    needsPeer(this, 'rivulet', 'is killed and started again', builtCommand)
    const { pairs } = await talkOver('always', new Random(seed))
    for (const [one, other] of pairs) {
      assert.ok(one.answered(2).length > kills)
      assert.deepEqual(one.heardBy(other, 2), [...one.answered(2), last])
      assert.deepEqual(firsts(one.heardBy(other, 1)), [...one.answered(1), last])
    }
  })

  test(`in mode interval loses only what was acknowledged just before, and keeps the order (seed ${seed})`, async function () {
    this.timeout(30_000 + kills * 10_000)
    needsPeer(this, 'rivulet', 'is killed and started again', builtCommand)
    const { pairs, killedMs } = await talkOver('interval', new Random(seed + 1))
    for (const [one, other] of pairs) {
      for (const qos of [1, 2] as const) {
        const heard = firsts(one.heardBy(other, qos))
        assert.ok(isRising(heard))
        const lost = one.answered(qos).filter((text) => !heard.includes(text))
        const takenOverMs = lost.map((text) => one.device.takenOverMs.get(text) ?? 0)
        const old = takenOverMs.filter((ms) => !killedMs.some((killed) => killed >= ms && killed - ms <= syncMs))
        assert.deepEqual(old, [])
      }
    }
  })
})
