import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { FoldedTopics } from '../../test/support/folded-topics.js'
import { selector } from '../../test/support/selectors.js'
import { selectorMatches } from './selector.js'
import type { Topic } from './topic.js'
import { TreeWalk } from './tree-walk.js'

const seed = 17

const path = fc
  .array(fc.constantFrom('a', 'b', 'c', '', '$x'), { minLength: 1, maxLength: 4 })
  .map((levels) => levels.join('/'))
const selectors = fc.constantFrom(
  ...['#', '+', '+/#', '+/+', 'a/#', 'a/b', 'a/+/#', 'a/b/#', '{a,$x}/#', '{a,b}/{b,c}/+', '~"[ab]"/#', '$x/+', '+/b'],
  ...['a/~".*"', '~"\\$.*"/+', 'a//#', '+//+'],
)
const change = fc.record({ path, isAdd: fc.boolean() })

function topicsAt(paths: readonly string[]): FoldedTopics {
  const folded = new FoldedTopics()
  for (const each of paths) folded.publish(each, '1')
  return folded
}

/** Everything the walk visits in steps of so many nodes, with `between` called after each step. */
function walked(folded: FoldedTopics, text: string, nodesPerStep: number, between?: () => void): Topic[] {
  const visited: Topic[] = []
  const walk = new TreeWalk(folded.topics.tree, selector(text))
  const visit = (topic: Topic) => visited.push(topic) > 0
  while (!walk.step(nodesPerStep, visit)) between?.()
  return visited
}

const isMatched = (text: string, each: string) => selectorMatches(selector(text), each.split('/'))

suite('a walk over the tree', () => {
  test('a hostile regular expression does not hold up the loop: a step tries few long names, and the walk goes on', () => {
    const name = 'a'.repeat(1_000)
    const folded = topicsAt(Array.from({ length: 20 }, (_, index) => `${name}${index}`))
    const walk = new TreeWalk(folded.topics.tree, selector('~"(((a*)*)*[0-9]?){10}"'))
    const visited: number[] = []
    let isComplete = false
    while (!isComplete) {
      let count = 0
      isComplete = walk.step(512, () => ++count > 0)
      visited.push(count)
    }
    assert.deepEqual([Math.max(...visited), visited.reduce((sum, count) => sum + count)], [1, 20])
  })

  test('visits what the selector matches, each once, whatever the size of its steps', () => {
    const isAFilter = (paths: readonly string[], text: string, nodesPerStep: number) => {
      const visited = walked(topicsAt(paths), text, nodesPerStep).map((topic) => topic.path)
      assert.deepEqual(visited.sort(), [...new Set(paths)].filter((each) => isMatched(text, each)).sort())
    }
    const paths = fc.array(path, { maxLength: 30 })
    fc.assert(fc.property(paths, selectors, fc.integer({ min: 1, max: 9 }), isAFilter), { seed, numRuns: 300 })
  })

  test('visits once what is there all the time, and nothing that is gone, while the tree changes between its steps', () => {
    const staysRight = (
      paths: readonly string[],
      text: string,
      changes: readonly { path: string; isAdd: boolean }[],
      changesPerStep: number,
    ) => {
      const folded = topicsAt(paths)
      const lasting = new Set(folded.topics.tree.root.children ? paths.map((each) => folded.topic(each)) : [])
      const left = [...changes]
      const visited = walked(folded, text, 2, () => {
        for (const each of left.splice(0, changesPerStep)) {
          const known = folded.topics.tree.find(each.path)
          if (known && !each.isAdd) lasting.delete(known)
          if (each.isAdd) folded.publish(each.path, '2')
          else folded.remove(each.path)
        }
      })
      assert.equal(new Set(visited).size, visited.length, 'each once')
      for (const topic of lasting) assert.equal(visited.includes(topic), isMatched(text, topic.path), topic.path)
      for (const topic of visited) assert.ok(isMatched(text, topic.path))
    }
    const paths = fc.array(path, { maxLength: 20 })
    const many = fc.array(change, { maxLength: 40 })
    const perStep = fc.integer({ min: 1, max: 4 })
    fc.assert(fc.property(paths, selectors, many, perStep, staysRight), { seed, numRuns: 400 })
  })

  test('visits at most as many nodes in a step as it may', () => {
    const folded = topicsAt(Array.from({ length: 100 }, (_, index) => `t/${index}`))
    const walk = new TreeWalk(folded.topics.tree, selector('#'))
    let visited = 0
    const visit = () => ++visited > 0
    for (let steps = 1; !walk.step(7, visit); steps++) assert.ok(visited <= steps * 7)
    assert.equal(visited, 100)
  })

  test('stops where it is told to, and goes on behind that topic', () => {
    const folded = topicsAt(['a', 'b', 'c'])
    const walk = new TreeWalk(folded.topics.tree, selector('+'))
    const visited: string[] = []
    const visitOne = (topic: Topic) => visited.push(topic.path) < 0
    assert.equal(walk.step(100, visitOne), false)
    assert.deepEqual(visited, ['a'])
    for (let i = 0; i < 2; i++) walk.step(100, visitOne)
    assert.deepEqual(visited, ['a', 'b', 'c'])
    assert.equal(walk.step(100, visitOne), true)
    assert.equal(walk.step(100, visitOne), true, 'a walk that is complete stays so')
    assert.deepEqual(visited, ['a', 'b', 'c'])
  })

  test('looks up the names that a level knows, instead of trying each child', () => {
    const folded = topicsAt(Array.from({ length: 1_000 }, (_, index) => `t/${index}`))
    for (const text of ['t/7', 't/{7,8,gone}', 't/7/#']) {
      assert.equal(
        new TreeWalk(folded.topics.tree, selector(text)).step(10, () => true),
        true,
        text,
      )
    }
  })
})
