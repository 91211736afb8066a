import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { readProperties } from '../../cli/config/index.js'
import { durationMs, propertiesFrom, propertiesIn, propertyNames } from './properties.js'

/** One value that each property can have. */
const samples: Readonly<Record<(typeof propertyNames)[number], string>> = {
  delivery: 'all',
  'history.count': '10',
  'history.age': '1h',
  'history.bytes': '1000',
  keep: 'false',
  deltas: 'false',
  priority: '0',
  owner: 'somebody',
  persist: 'true',
  'removal.after': '7d',
  'removal.unsubscribedFor': '90s',
  'removal.idleFor': '500ms',
  'removal.withSession': 'false',
}

suite('http: properties of topics', () => {
  for (const name of propertyNames) {
    test(`${name} means what it means to rivulet publish --create`, () => {
      const asked = readProperties([`${name}=${samples[name]}`])
      assert.ok(asked.kind === 'properties')
      assert.deepEqual(propertiesIn(new Map([[name, samples[name]]])), asked)
    })
  }

  test('all together, in a query or as a document', () => {
    const asked = readProperties(Object.entries(samples).map(([name, value]) => `${name}=${value}`))
    assert.deepEqual(propertiesIn(new Map(Object.entries(samples))), asked)
    const { kind } = propertiesFrom({ type: 'json', history: { count: 10, age: '1h' }, keep: false, priority: 0 })
    assert.equal(kind, 'properties')
  })

  for (const [name, value] of [
    ['delivery', 'some'],
    ['priority', '4'],
    ['keep', 'yes'],
    ['history.count', '0'],
    ['history.count', '1e3'],
    ['history.age', '10'],
    ['history.age', '0.4ms'],
    ['removal.after', '0s'],
    ['removal.withSession', 'true'],
  ] as const) {
    test(`${name}=${value} is refused`, () => {
      assert.equal(propertiesIn(new Map([[name, value]])).kind, 'wrong')
    })
  }

  test('a document has no other members, and its type is one', () => {
    for (const document of [
      { kep: true },
      { history: { cuont: 1 } },
      { type: 'text' },
      { history: 10 },
      { keep: null },
    ])
      assert.equal(propertiesFrom(document).kind, 'wrong', JSON.stringify(document))
  })

  test('durations have a unit', () => {
    const found = ['30s', '1.5m', '2h', '1d', '0s', '5', 's', '-1s', '1y', '1e3s'].map(durationMs)
    assert.deepEqual(found, [30_000, 90_000, 7_200_000, 86_400_000, 0, null, null, null, null, null])
  })
})
