import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Random } from '../../test/support/random.js'
import { refuse } from '../refusals.js'
import { SequenceWindow } from './sequence-window.js'

suite('the sequences of a publisher', () => {
  test('the 64 newest are remembered one by one, whatever order they come in, and older ones cannot be told [SEM 4.3]', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = new Random(seed)
      const window = new SequenceWindow()
      const seen = new Map<number, string | null>()
      const pending = new Set<number>()
      let highest = 0
      for (let step = 0; step < 300; step++) {
        const sequence = Math.max(1, highest - 70 + random.below(random.pick([72, 72, 200])))
        const known = pending.has(sequence) ? 'pending' : seen.has(sequence) ? 'answered' : 'new'
        const expected = sequence <= highest - 64 ? 'stale' : known
        assert.equal(window.judge(sequence), expected, `seed ${seed}: ${sequence}`)
        if (expected === 'answered') assert.equal(window.refusalOf(sequence)?.detail ?? null, seen.get(sequence))
        if (expected === 'new') window.begin(sequence)
        if (expected === 'new') window.awaits(sequence)
        if (expected === 'new') pending.add(sequence)
        highest = Math.max(highest, sequence)
        if (expected === 'stale' || expected === 'answered' || random.below(2) === 0) continue
        const detail = random.below(3) === 0 ? `${seed} ${sequence}` : null
        if (detail === null) window.accepted(sequence)
        else window.refused(sequence, refuse('invalidValue', detail))
        pending.delete(sequence)
        seen.set(sequence, detail)
      }
    }
  })
})
