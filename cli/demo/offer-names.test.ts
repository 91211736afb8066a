import assert from 'node:assert/strict'
import { suite, test } from 'mocha'

interface Named {
  readonly value: string
}

/** As much of a drop-down as is used; a name has to be added at a place. */
class Offered extends Array<Named> {
  add(option: Named, place: number): void {
    this.splice(place, 0, option)
  }
}

/** The page is plain JavaScript. */
interface PageModule {
  offerNames(options: Offered, names: Iterable<string>, optionOf: (name: string) => Named): void
}

suite('the drop-down of the demo', () => {
  test('offers each name once, whatever the order in which names come, and not one twice and another never', async () => {
    const page: PageModule = await import(new URL('./page/offer-names.js', import.meta.url).href)
    const options = new Offered()
    const known = new Set<string>()
    for (const name of ['serie-a', 'bundesliga', 'premier', 'serie-a', 'ligue-1', 'championship']) {
      known.add(name)
      page.offerNames(options, known, (value) => ({ value }))
    }
    const names = options.map(({ value }) => value)
    assert.deepEqual([...names], ['bundesliga', 'championship', 'ligue-1', 'premier', 'serie-a'])
  })
})
