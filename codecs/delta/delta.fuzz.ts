/**
 * Deltas of what `diff` makes, spoilt in every way, against values that fit and that do not.
 *
 * `FUZZ_SECONDS=600 npm run fuzz` runs longer. A failure names the seed of its round: `FUZZ_SEED=…` begins with that round.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Random } from '../../bench/micro/delta-inputs.js'
import { pick, randomFrom } from '../../bench/micro/delta-inputs.js'
import { applyByTheBook, joined } from './harness.js'
import { apply, diff } from './index.js'

const seconds = Number(process.env.FUZZ_SECONDS ?? 1)
const firstSeed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)

suite('deltas under fuzz', () => {
  test('are applied as the clauses say or refused, and never throw', function () {
    this.timeout((seconds + 10) * 1_000)
    const end = performance.now() + seconds * 1_000
    let seed = firstSeed
    for (; performance.now() < end; seed++) {
      try {
        playRound(randomFrom(seed))
      } catch (cause) {
        throw new Error(`FUZZ_SEED=${seed}`, { cause })
      }
    }
    console.log(`      ${seed - firstSeed} rounds from FUZZ_SEED=${firstSeed}`)
  })
})

function playRound(random: Random): void {
  const base = someBytes(random)
  const target = pick(random, 8) === 0 ? someBytes(random) : edited(random, base)
  const delta = diff(base, target) ?? someBytes(random)
  const whole = apply(base, delta, target.length)
  if (diff(base, target)) assert.deepEqual(whole, { kind: 'value', value: target })
  for (let times = 0; times < 8; times++) {
    const bytesMax = pick(random, 3) === 0 ? pick(random, 400) : 20_000
    const spoilt = spoil(random, delta)
    const applied = apply(base, spoilt, bytesMax)
    assert.deepEqual(applied.kind === 'value' ? applied.value : null, applyByTheBook(base, spoilt, bytesMax))
  }
}

function someBytes(random: Random): Uint8Array {
  const kinds = [2, 4, 10, 256][pick(random, 4)] ?? 256
  const length = pick(random, [4, 60, 300, 2_000][pick(random, 4)] ?? 4)
  return Uint8Array.from({ length }, () => pick(random, kinds))
}

function edited(random: Random, bytes: Uint8Array): Uint8Array {
  let result = bytes
  for (let times = pick(random, 6); times > 0; times--) {
    const at = pick(random, result.length + 1)
    const from = pick(random, result.length + 1)
    const moved =
      pick(random, 4) === 0 ? result.subarray(from, from + pick(random, 200)) : someBytes(random).subarray(0, 9)
    result = joined(result.subarray(0, at), moved, result.subarray(at + pick(random, 20)))
  }
  return result
}

/** Bytes at which the format turns: the ends of its ranges, and pieces of long integers. */
const turns = [0, 1, 4, 5, 7, 8, 0x7f, 0x80, 0x81, 234, 235, 239, 240, 241, 254, 255]

function spoil(random: Random, delta: Uint8Array): Uint8Array {
  const at = pick(random, delta.length + 1)
  const strange = Uint8Array.from({ length: 1 + pick(random, 6) }, () =>
    pick(random, 2) ? pick(random, 256) : (turns[pick(random, turns.length)] ?? 0),
  )
  const behind = at + (pick(random, 2) ? strange.length : pick(random, 4))
  if (pick(random, 4) === 0) return delta.subarray(0, at)
  return joined(delta.subarray(0, at), strange, delta.subarray(behind))
}
