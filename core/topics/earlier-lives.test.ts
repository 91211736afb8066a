import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { MemoryStore } from '../../store/index.js'
import { FoldedTopics } from '../../test/support/folded-topics.js'
import { selector as parsed } from '../../test/support/selectors.js'
import type { HeldTopic } from '../messages.js'
import { toldUpTo } from '../positions.js'
import { EarlierLives } from './earlier-lives.js'
import { gapsMax, unstoredLevelsMax } from './limits.js'

const at = (offset: number, ...held: HeldTopic[]) => ({ epoch: '0123456789abcdef', offset, held })
const all = [parsed('#')]

/** Lives of a log one after the other, over one store. */
class Restarts {
  readonly store = new MemoryStore()
  private readonly folded = new FoldedTopics()

  /** `endedAt`: where the life before ended at the latest. */
  async begin(endedAt: number): Promise<EarlierLives> {
    const records = this.store.records('lives')
    const lives = new EarlierLives(records, endedAt)
    const found: [string, Uint8Array][] = []
    for await (const { key, value } of records.read('')) found.push([key, value])
    for (const [key, value] of found) lives.restore(key, value)
    lives.begin()
    return lives
  }

  notStored(lives: EarlierLives, ...paths: readonly string[]): void {
    for (const path of paths) {
      this.folded.publish(path, '1')
      lives.notStored(this.folded.topic(path))
    }
  }
}

suite('positions of earlier lives of a log [SEM 1.2, 1.6]', () => {
  test('are good up to what was noted as written, and what is known to be stored', async () => {
    const restarts = new Restarts()
    const first = await restarts.begin(0)
    first.checkpoint(40)
    const second = await restarts.begin(1_000)
    assert.deepEqual(
      [39, 40, 41, 999, 1_000, 1_001].map((offset) => second.reachesBack(at(offset), all)),
      [true, true, false, false, true, true],
    )
    second.stored(41)
    const third = await restarts.begin(2_000)
    third.stored(1_005)
    assert.equal(third.reachesBack(at(41), all), false)
  })

  test('are no good behind the end of a life, however many came after it', async () => {
    const restarts = new Restarts()
    const first = await restarts.begin(0)
    first.checkpoint(40)
    for (let life = 1; life < 5; life++) (await restarts.begin(life * 1_000)).checkpoint(life * 1_000 + 40)
    const last = await restarts.begin(5_000)
    for (let life = 0; life < 5; life++) {
      assert.equal(last.reachesBack(at(life * 1_000 + 40), all), true)
      assert.equal(last.reachesBack(at(life * 1_000 + 41), all), false)
    }
  })

  test(`are told apart over ${gapsMax} restarts; the oldest count as lost`, async () => {
    const restarts = new Restarts()
    for (let life = 0; life <= gapsMax + 1; life++) (await restarts.begin(life * 1_000)).checkpoint(life * 1_000 + 40)
    const last = await restarts.begin((gapsMax + 2) * 1_000)
    assert.equal(last.reachesBack(at(40), all), true)
    assert.equal(last.reachesBack(at(1_040), all), false)
    assert.equal(last.reachesBack(at(gapsMax * 1_000 + 40), all), true)
    let gaps = 0
    for await (const _ of restarts.store.records('lives').read('>')) gaps += 1
    assert.equal(gaps, gapsMax)
  })

  test('are no good for what may not have been stored in that life, and good in the next', async () => {
    const restarts = new Restarts()
    const first = await restarts.begin(0)
    restarts.notStored(first, 'passing/by', '$SYS/uptime')
    first.checkpoint(40)
    const second = await restarts.begin(1_000)
    const reaches = (...selectors: string[]) =>
      second.reachesBack(
        at(40),
        selectors.map((text) => parsed(text)),
      )
    assert.deepEqual([reaches('kept/#'), reaches('kept/1', 'kept/2'), reaches('{kept,other}/#')], [true, true, true])
    for (const selector of ['#', '+/by', 'passing/#', 'passing/elsewhere', '{kept,passing}/1', '~"k.*"/#', '$SYS/#'])
      assert.equal(reaches('kept/#', selector), false, selector)
    second.checkpoint(1_040)
    const third = await restarts.begin(2_000)
    assert.equal(third.reachesBack(at(1_040), all), true)
    assert.equal(third.reachesBack(at(1_040, { topicId: 7, offset: 30 }), all), false)
  })

  test(`are no good at all where more than ${unstoredLevelsMax} first levels had topics that were not stored`, async () => {
    const restarts = new Restarts()
    const first = await restarts.begin(0)
    restarts.notStored(first, ...Array.from({ length: unstoredLevelsMax }, (_, level) => `${level}/topic`))
    first.checkpoint(300)
    assert.equal((await restarts.begin(1_000)).reachesBack(at(300), [parsed('kept/#')]), true)
    const second = await restarts.begin(1_000)
    restarts.notStored(second, 'more/topic', 'and/more')
    second.checkpoint(1_300)
    assert.equal((await restarts.begin(2_000)).reachesBack(at(1_300), [parsed('kept/#')]), false)
  })

  test('mean nothing by the ids of topics, which were given anew', async () => {
    const lives = await new Restarts().begin(1_000)
    assert.deepEqual(lives.inThisLife(at(40, { topicId: 7, offset: 30 })), at(29))
    assert.deepEqual(lives.inThisLife(at(1_040, { topicId: 7, offset: 30 })), at(1_040, { topicId: 7, offset: 30 }))
  })

  test('that a reader went on from, and was cut before it was told all, name no topics of this life either', async () => {
    const restarts = new Restarts()
    const first = await restarts.begin(0)
    restarts.notStored(first, 'passing/by')
    const lives = await restarts.begin(1_000)
    const held = { topicId: 7, offset: 30 }
    for (const [left, stands] of [
      [at(40), 40],
      [at(40, held), 29],
      [at(999, held), 29],
    ] as const) {
      const goneOn = toldUpTo(left, 1_040)
      assert.deepEqual(lives.inThisLife(goneOn), at(stands))
      assert.equal(lives.reachesBack(goneOn, all), false)
    }
    const ofThisLife = toldUpTo(at(1_040, held), 1_050)
    assert.deepEqual(lives.inThisLife(ofThisLife), ofThisLife)
  })
})
