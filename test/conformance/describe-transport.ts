import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { skip } from '../support/skip.js'
import type { TransportHarness } from './harness.js'
import { requests } from './requests.js'
import { streams } from './streams.js'
import type { ConformanceCase } from './world.js'
import { World } from './world.js'

/** The cases that apply to a transport which serves this. */
export function casesFor({ serves }: Pick<TransportHarness, 'serves'>): readonly ConformanceCase[] {
  return [...(serves.streams ? streams : []), ...(serves.requests ? requests : [])]
}

/** Tries one case on a gateway of its own; rejects with all that is wrong. */
export async function runCase(harness: TransportHarness, conformance: ConformanceCase): Promise<void> {
  const world = await World.open(harness, conformance.gateway?.() ?? {})
  const problems = [await problemOf(() => conformance.run(world)), await problemOf(() => world.end())]
  const [first, ...more] = problems.filter((problem) => problem !== null)
  if (first !== undefined && more.length > 0) throw new Error([first, ...more].join('\n'), { cause: first })
  if (first !== undefined) throw first
}

/** A fault in one step must not hide those of the next. */
async function problemOf(step: () => Promise<void>): Promise<Error | null> {
  try {
    await step()
    return null
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

/** Makes one test of each case. */
export function describeTransport(name: string, harness: TransportHarness): void {
  const cases = casesFor(harness)
  suite(`transport ${name}`, () => {
    for (const conformance of cases) {
      test(conformance.name, async function () {
        const reason = harness.exempt[conformance.name]
        if (reason !== undefined) skip(this, reason)
        await runCase(harness, conformance)
      })
    }

    if (harness.serves.streams) {
      test('attaches links under the name of its folder, and not under that of the one it was copied from', async () => {
        const run = async (world: World) => {
          await world.connected()
          assert.deepEqual(
            world.links.map(({ medium }) => medium),
            [name],
          )
        }
        await runCase(harness, { name: 'medium', run })
      })
    }

    test('exempts only cases that exist', () => {
      const names = cases.map((conformance) => conformance.name)
      assert.deepEqual(
        Object.keys(harness.exempt).filter((exempt) => !names.includes(exempt)),
        [],
      )
    })
  })
}
