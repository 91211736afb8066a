import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { patchJson } from './json-patch.js'
import { patchLimits } from './limits.js'

const after = (value: string, patch: string) => {
  const outcome = patchJson(JSON.parse(value), JSON.parse(patch))
  return outcome.kind === 'patched' ? JSON.stringify(outcome.value) : outcome.kind
}

suite('http: json patch', () => {
  for (const [what, value, patch, expected] of [
    ['add a member (A.1)', '{"foo":"bar"}', '[{"op":"add","path":"/baz","value":"qux"}]', '{"foo":"bar","baz":"qux"}'],
    [
      'add an element (A.2)',
      '{"foo":["bar","baz"]}',
      '[{"op":"add","path":"/foo/1","value":"qux"}]',
      '{"foo":["bar","qux","baz"]}',
    ],
    ['remove a member (A.3)', '{"baz":"qux","foo":"bar"}', '[{"op":"remove","path":"/baz"}]', '{"foo":"bar"}'],
    [
      'remove an element (A.4)',
      '{"foo":["bar","qux","baz"]}',
      '[{"op":"remove","path":"/foo/1"}]',
      '{"foo":["bar","baz"]}',
    ],
    ['replace a value (A.5)', '{"baz":"qux"}', '[{"op":"replace","path":"/baz","value":"boo"}]', '{"baz":"boo"}'],
    [
      'move a value (A.6)',
      '{"foo":{"bar":1},"qux":{}}',
      '[{"op":"move","from":"/foo/bar","path":"/qux/thud"}]',
      '{"foo":{},"qux":{"thud":1}}',
    ],
    ['move an element (A.7)', '[1,2,3,4]', '[{"op":"move","from":"/1","path":"/3"}]', '[1,3,4,2]'],
    ['test a value (A.8)', '{"a":[1,{"b":2}]}', '[{"op":"test","path":"/a/1","value":{"b":2}}]', '{"a":[1,{"b":2}]}'],
    ['fail a test (A.9)', '{"baz":"qux"}', '[{"op":"test","path":"/baz","value":"bar"}]', 'failedTest'],
    [
      'add a nested member (A.10)',
      '{"foo":"bar"}',
      '[{"op":"add","path":"/child","value":{"a":{}}}]',
      '{"foo":"bar","child":{"a":{}}}',
    ],
    [
      'ignore members that it does not know (A.11)',
      '{"a":1}',
      '[{"op":"add","path":"/b","value":2,"xyz":123}]',
      '{"a":1,"b":2}',
    ],
    ['add to nothing (A.12)', '{"foo":"bar"}', '[{"op":"add","path":"/baz/bat","value":"qux"}]', 'wrong'],
    ['understand ~ (A.14)', '{"/":9,"~1":10}', '[{"op":"test","path":"/~01","value":10}]', '{"/":9,"~1":10}'],
    ['tell texts from numbers (A.15)', '{"~1":10}', '[{"op":"test","path":"/~01","value":"10"}]', 'failedTest'],
    ['add behind the last (A.16)', '["a"]', '[{"op":"add","path":"/-","value":"b"}]', '["a","b"]'],
    ['replace everything', '{"a":1}', '[{"op":"replace","path":"","value":[1]}]', '[1]'],
    [
      'copy',
      '{"a":[1]}',
      '[{"op":"copy","from":"/a","path":"/b"},{"op":"add","path":"/b/-","value":2}]',
      '{"a":[1],"b":[1,2]}',
    ],
    ['move to the same place', '{"a":1}', '[{"op":"move","from":"/a","path":"/a"}]', '{"a":1}'],
    ['not move into itself', '{"a":{"b":1}}', '[{"op":"move","from":"/a","path":"/a/b"}]', 'wrong'],
    ['not remove everything', '{"a":1}', '[{"op":"remove","path":""}]', 'wrong'],
    ['not remove what is not there', '{"a":1}', '[{"op":"remove","path":"/b"}]', 'wrong'],
    ['not replace what is not there', '{"a":1}', '[{"op":"replace","path":"/b","value":1}]', 'wrong'],
    ['not see what all objects have', '{}', '[{"op":"test","path":"/constructor","value":1}]', 'wrong'],
    ['know __proto__ as any name', '{}', '[{"op":"add","path":"/__proto__","value":{"x":1}}]', '{"__proto__":{"x":1}}'],
    ['not take an index with a leading zero', '[1,2]', '[{"op":"remove","path":"/01"}]', 'wrong'],
    ['not go beyond a list', '[1]', '[{"op":"add","path":"/2","value":1}]', 'wrong'],
    ['not read a pointer without its slash', '{"a":1}', '[{"op":"remove","path":"a"}]', 'wrong'],
    ['not read a bad escape', '{"a":1}', '[{"op":"remove","path":"/~2"}]', 'wrong'],
    ['know its operations', '{"a":1}', '[{"op":"double","path":"/a"}]', 'wrong'],
    ['be a list', '{"a":1}', '{"op":"remove","path":"/a"}', 'wrong'],
    ['be of objects', '{"a":1}', '[1]', 'wrong'],
    ['have a value to add', '{"a":1}', '[{"op":"add","path":"/b"}]', 'wrong'],
    [
      'compare members in any order',
      '{"a":{"x":1,"y":2}}',
      '[{"op":"test","path":"/a","value":{"y":2,"x":1}}]',
      '{"a":{"x":1,"y":2}}',
    ],
  ] as const) {
    test(`a patch can ${what}: RFC 6902`, () => {
      assert.equal(after(value, patch), expected)
    })
  }

  test('what a patch copies is bounded, though each operation doubles it', () => {
    const doubling = Array.from({ length: 60 }, () => ({ op: 'copy', from: '', path: '/-' }))
    assert.equal(patchJson([1], doubling).kind, 'tooLarge')
  })

  test('what a patch has to move aside is bounded', () => {
    const list = Array.from({ length: 30_000 }, () => 0)
    const patch = Array.from({ length: patchLimits.operationsMax }, () => ({ op: 'add', path: '/0', value: 1 }))
    assert.equal(patchJson(list, patch).kind, 'tooLarge')
  })

  test('there is a bound to the operations of a patch, and to the depth of what it copies', () => {
    const noop = { op: 'add', path: '/a', value: 1 }
    assert.equal(patchJson({}, Array(patchLimits.operationsMax + 1).fill(noop)).kind, 'wrong')
    const deep = JSON.parse(`${'['.repeat(600)}${']'.repeat(600)}`)
    assert.equal(patchJson([deep], [{ op: 'copy', from: '/0', path: '/-' }]).kind, 'tooLarge')
  })
})
