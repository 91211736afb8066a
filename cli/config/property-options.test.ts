import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { problemText } from './problem.js'
import { readProperties } from './property-options.js'

suite('cli: properties on the command line', () => {
  test('properties are read, with durations and nested ones, and no others are made up', () => {
    const read = readProperties([
      'type=json',
      'delivery=all',
      'keep=false',
      'priority=0',
      'history.age=1h',
      'removal.withSession=true',
    ])
    assert.deepEqual(read, {
      kind: 'properties',
      properties: {
        type: 'json',
        delivery: 'all',
        keep: false,
        priority: 0,
        history: { count: null, ageMs: 3_600_000, bytes: null },
        removal: { afterMs: null, unsubscribedForMs: null, idleForMs: null, withSession: true },
      },
    })
  })

  test('an age of 0 is one, with its unit', () => {
    const read = readProperties(['history.age=0s'])
    assert.deepEqual(read.kind === 'problems' ? read.problems : read.properties.history, {
      ...{ count: null, ageMs: 0, bytes: null },
    })
  })

  for (const [given, expected] of [
    ['delivery', 'delivery: expected key=value such as http.port=8090'],
    ['delivery=some', 'delivery: expected one of latest, all, found "some"'],
    ['delviery=all', 'delviery: unknown key; did you mean "delivery"?'],
    ['priority=4', 'priority: expected 0 (leaves first), 1, 2 or 3, found 4'],
    ['history.age=10', /^history\.age: expected a duration .*, or 0s, found 10$/],
    ['history.age=0.4ms', /^history\.age: expected a duration .*, or 0s, found "0\.4ms"$/],
    ['history=10', 'history: expected a mapping of settings, found 10'],
  ] as const) {
    test(`${given} is refused with what was expected`, () => {
      const read = readProperties([given])
      assert.equal(read.kind, 'problems')
      const [problem, ...others] = read.problems.map(problemText)
      assert.deepEqual(others, [])
      if (typeof expected === 'string') assert.equal(problem, expected)
      else assert.match(problem ?? '', expected)
    })
  }
})
