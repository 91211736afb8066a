import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Random } from '../../test/support/random.js'
import { BySize, Ranked } from './by-size.js'

suite('items by their size', () => {
  test('the biggest is known to a quarter, whatever came, grew, shrank and went', () => {
    const random = new Random(11)
    const bySize = new BySize<number>()
    const sizes = new Array<number>(20).fill(0)
    const ranked = sizes.map((_, index) => new Ranked(index))
    for (let step = 0; step < 5_000; step++) {
      const index = random.below(sizes.length)
      const size = random.below(3) === 0 ? 0 : 256 << random.below(20)
      const item = ranked[index]
      assert.ok(item)
      sizes[index] = size === 0 ? 0 : size + random.below(size)
      bySize.resized(item, sizes[index] ?? 0)
      const most = Math.max(...sizes)
      const biggest = bySize.biggest()
      if (most === 0) assert.equal(biggest, null)
      else assert.ok(biggest !== null && (sizes[biggest] ?? 0) * 1.25 >= most, `step ${step}`)
    }
  })

  test('one that is removed is none of them, whatever its size was', () => {
    const bySize = new BySize<string>()
    const [a, b] = [new Ranked('a'), new Ranked('b')]
    bySize.resized(a, 1_000)
    bySize.resized(b, 500)
    bySize.remove(a)
    assert.equal(bySize.biggest(), 'b')
    bySize.remove(b)
    assert.equal(bySize.biggest(), null)
  })
})
