import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, suite, test } from 'mocha'
import { Random } from '../test/support/random.js'
import { groupsIn, stateAfter, stateOf } from '../test/support/store/history.js'
import { openLevel, temporaryFolder } from '../test/support/store/store-kinds.js'
import type { CommitMode } from './index.js'

const program = fileURLToPath(new URL('../test/support/store/writing-process.ts', import.meta.url))

suite('a store whose process ends badly', function () {
  this.timeout(60_000)
  let folder: string

  beforeEach(() => {
    folder = temporaryFolder()
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  /** Runs the writing process, in a shell that may set limits first, until it has said so many lines. Returns all of them. */
  async function killedAfter(lines: number, mode: CommitMode, seed: number, limit = 'true'): Promise<string[]> {
    const args = [process.execPath, '--import=tsx', program, folder, mode, String(seed)]
    const child = spawn('sh', ['-c', `${limit}; exec "$0" "$@"`, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'close')
    const said: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line)
      if (said.length === lines) child.kill('SIGKILL')
    }
    await ended
    return said
  }

  /** Opens what is left: all that was announced, and each group whole. Returns the number of groups. */
  async function checked(seed: number, announced: number): Promise<number> {
    const store = await openLevel(folder)
    const [groups, state] = [await groupsIn(store), await stateOf(store)]
    assert.deepEqual(store.dropped, [])
    await store.close()
    assert.ok(groups >= announced, `seed ${seed}: group ${announced} was announced, ${groups} are there`)
    assert.deepEqual(state, await stateAfter(seed, groups), `seed ${seed}: ${groups} groups`)
    return groups
  }

  for (const [mode, rounds] of [
    ['interval', 5],
    ['always', 3],
  ] as const) {
    test(`in mode ${mode} keeps what was committed, and each group whole or not at all, however often it is killed`, async () => {
      const seed = 4_711
      const random = new Random(seed)
      let groups = 0
      for (let round = 0; round < rounds; round++) {
        const said = await killedAfter(1 + random.below(300), mode, seed)
        const first = Number(said[0])
        assert.equal(first, groups + 1, 'goes on where it was')
        assert.deepEqual(
          said,
          said.map((_, index) => String(first + index)),
          'announces in order',
        )
        groups = await checked(seed, Number(said.at(-1)))
      }
    })
  }

  test('fails once when the disk takes no more, commits nothing after that, and keeps what was committed', async () => {
    const seed = 815
    const said = await killedAfter(1_000_000, 'interval', seed, 'ulimit -f 60')
    assert.match(said.at(-1) ?? '', /^failed: failed$/)
    await checked(seed, Number(said.at(-2)))
  })
})
