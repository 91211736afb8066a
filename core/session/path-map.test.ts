import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { FoldedTopics } from '../../test/support/folded-topics.js'
import { selector } from '../../test/support/selectors.js'
import type { Selector } from '../topics/selector.js'
import { matchesInView, selectorMatches } from '../topics/selector.js'
import { SelectorIndex } from '../topics/selector-index.js'
import { TreeWalk } from '../topics/tree-walk.js'
import { PathMap } from './path-map.js'

const path = fc
  .array(fc.constantFrom('r', 's', 'a', 'b', '', '$x'), { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join('/'))
const texts = fc.constantFrom(
  ...['#', '+', '+/#', '+/+', 'a/#', 'a/+/#', '{a,$x}/#', '~"[ab]?"/#', '~".*"', '$x/+', '+/b', '~"\\$.*"/#'],
)
const roots = fc.constantFrom('r', 'r/s', 'r//a', '$x')

function inward(paths: PathMap, text: string): Selector {
  const parsed = paths.inwardSelector(text)
  assert.ok(parsed.kind === 'selector', text)
  return parsed.selector
}

suite('a session with a root path', () => {
  test('is given by a selector what it would match if the branch below were all, however that is found', () => {
    const isAsBelow = (root: string, text: string, all: readonly string[]) => {
      const paths = new PathMap(root)
      const here = inward(paths, text)
      const isSeen = (each: string) =>
        each.startsWith(`${root}/`) &&
        each !== `${root}/` &&
        selectorMatches(selector(text), paths.outward(each).split('/'))
      const wanted = [...new Set(all)].filter((each) => each !== '' && isSeen(each)).sort()

      const folded = new FoldedTopics()
      for (const each of all) if (each !== '') folded.publish(each, '1')
      const walked: string[] = []
      new TreeWalk(folded.topics.tree, here).step(100_000, (topic) => walked.push(topic.path) > 0)
      assert.deepEqual(walked.sort(), wanted)

      const index = new SelectorIndex<Selector>()
      index.add(here, here)
      const isFound = (each: string) => {
        const levels = each.split('/')
        let isMatched = false
        index.match(levels, levels.length, (item) => {
          isMatched = matchesInView(item, levels, levels.length)
        })
        assert.equal(isMatched, selectorMatches(here, levels), each)
        return isMatched
      }
      assert.deepEqual([...new Set(all)].filter((each) => each !== '' && isFound(each)).sort(), wanted)
    }
    const some = fc.array(path, { maxLength: 20 })
    fc.assert(fc.property(roots, texts, some, isAsBelow), { seed: 23, numRuns: 500 })
  })
})
