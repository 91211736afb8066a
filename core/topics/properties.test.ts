import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { HistoryBounds, Removal, TopicProperties } from '../messages.js'
import { combine, defaultProperties, isSame, keepsPast, PropertyKinds, propertiesProblem } from './properties.js'

const history = (more: Partial<HistoryBounds>): HistoryBounds => ({ count: null, ageMs: null, bytes: null, ...more })
const removal = (more: Partial<Removal>): Removal => ({
  ...{ afterMs: null, unsubscribedForMs: null, idleForMs: null, withSession: false },
  ...more,
})

const possible: readonly Partial<TopicProperties>[] = [
  {},
  { history: history({}) },
  { history: history({ count: 1, ageMs: 1, bytes: 1 }) },
  { history: history({ ageMs: 0 }) },
  { removal: removal({}) },
  { removal: removal({ afterMs: 1, unsubscribedForMs: 1, idleForMs: 1, withSession: true }) },
  { priority: 0 },
  { priority: 3 },
]

const impossible: readonly (readonly [Partial<TopicProperties>, RegExp])[] = [
  [{ history: history({ count: 0 }) }, /history/],
  [{ history: history({ ageMs: -1 }) }, /history/],
  [{ history: history({ bytes: 1.5 }) }, /history/],
  [{ history: history({ count: Number.POSITIVE_INFINITY }) }, /history/],
  [{ history: history({ bytes: Number.NaN }) }, /history/],
  [{ removal: removal({ afterMs: 0 }) }, /removal/],
  [{ removal: removal({ idleForMs: -5 }) }, /removal/],
  [{ removal: removal({ unsubscribedForMs: 0.5 }) }, /removal/],
  [JSON.parse('{"priority":4}'), /priority/],
]

suite('the properties of a topic', () => {
  test('are the defaults, then each layer over the one before', () => {
    assert.deepEqual(combine(), defaultProperties)
    assert.deepEqual(combine(null, { priority: 0, keep: false }, {}, { priority: 3 }), {
      ...defaultProperties,
      keep: false,
      priority: 3,
    })
  })

  for (const properties of possible) {
    test(`may be ${JSON.stringify(properties)}`, () => assert.equal(propertiesProblem(combine(properties)), null))
  }

  for (const [properties, why] of impossible) {
    test(`may not be ${JSON.stringify(properties)}`, () => {
      const problem = propertiesProblem(combine(properties))
      assert.equal(problem?.code, 'invalidProperties')
      assert.match(problem?.detail ?? '', why)
    })
  }

  test('ask for more of the past than is owed unless its age is 0', () => {
    const asked = [null, history({}), history({ count: 5 }), history({ ageMs: 1 }), history({ count: 5, ageMs: 0 })]
    assert.deepEqual(
      asked.map((each) => keepsPast(combine({ history: each }))),
      [false, true, true, true, false],
    )
  })

  test('that are equal are one object, in whatever order they are written', () => {
    const kinds = new PropertyKinds()
    const one = kinds.kindOf(combine({ history: { count: 5, ageMs: null, bytes: null }, owner: 'ann' }))
    assert.equal(kinds.kindOf(combine({ owner: 'ann', history: { bytes: null, ageMs: null, count: 5 } })), one)
  })

  test('that differ anywhere are objects of their own', () => {
    const kinds = new PropertyKinds()
    const all = [
      ...possible,
      { delivery: 'all' as const },
      { type: 'json' as const },
      { keep: false },
      { deltas: false },
      { owner: 'ann' },
      ...(['count', 'ageMs', 'bytes'] as const).map((name) => ({ history: history({ [name]: 7 }) })),
      ...(['afterMs', 'idleForMs', 'unsubscribedForMs'] as const).map((name) => ({ removal: removal({ [name]: 7 }) })),
      { removal: removal({ withSession: true }) },
    ]
    assert.equal(new Set(all.map((each) => kinds.kindOf(combine(each)))).size, all.length)
  })

  test('are compared by what they say, not by how they are written', () => {
    const one = combine({ removal: removal({ afterMs: 5 }), owner: 'ann' })
    const same = combine({
      owner: 'ann',
      removal: { withSession: false, idleForMs: null, unsubscribedForMs: null, afterMs: 5 },
    })
    assert.equal(isSame(one, same), true)
    assert.equal(isSame(one, combine({ owner: 'ann', removal: removal({ afterMs: 6 }) })), false)
  })

  test('beyond the bound on kinds are still what they are', () => {
    const kinds = new PropertyKinds()
    const owned = (index: number) => kinds.kindOf(combine({ owner: `owner ${index}` }))
    for (let index = 0; index < 10_001; index++) assert.equal(owned(index).owner, `owner ${index}`)
    assert.equal(owned(9_999), owned(9_999))
    assert.notEqual(owned(10_000), owned(10_000))
  })
})
