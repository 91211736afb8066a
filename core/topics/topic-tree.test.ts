import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { defaultProperties } from './properties.js'
import { Topic } from './topic.js'
import { levelsOf, TopicTree, TreeNode } from './topic-tree.js'

const seed = 16

const paths = fc.array(fc.constantFrom('', 'a', 'b', 'level-of-some-length'), { minLength: 1, maxLength: 4 })
const actions = fc.array(fc.record({ levels: paths, isAdd: fc.boolean() }), { maxLength: 80 })

function add(tree: TopicTree, path: string, id: number): Topic {
  const topic = new Topic(id, tree.place(path), defaultProperties, 0)
  topic.node.topic = topic
  return topic
}

/** All nodes below one that have neither topic nor child. */
function useless(node: TreeNode): TreeNode[] {
  const children = node.children instanceof Map ? [...node.children.values()] : node.children ? [node.children] : []
  const isUseless = node.topic === null && children.length === 0 && node.parent !== null
  return [...(isUseless ? [node] : []), ...children.flatMap(useless)]
}

suite('the tree of topics', () => {
  test('agrees with a plain map of paths, and keeps no node without use', () => {
    const isAMap = (steps: readonly { levels: readonly string[]; isAdd: boolean }[]) => {
      const tree = new TopicTree()
      const model = new Map<string, Topic>()
      for (const [index, { levels, isAdd }] of steps.entries()) {
        const path = levels.join('/')
        const known = model.get(path)
        if (isAdd && !known) model.set(path, add(tree, path, index + 1))
        else if (!isAdd && known) tree.remove(known)
        if (!isAdd) model.delete(path)
        assert.equal(tree.find(path), model.get(path) ?? null)
      }
      for (const [path, topic] of model) {
        assert.equal(tree.find(path), topic)
        assert.equal(topic.path, path)
      }
      assert.deepEqual(useless(tree.root), [])
    }
    fc.assert(fc.property(actions, isAMap), { seed })
  })

  test('tells empty levels apart: they are levels [SEM 5.1]', () => {
    const tree = new TopicTree()
    const topics = ['/', '/a', 'a/', 'a//', 'a'].map((path, index) => add(tree, path, index + 1))
    assert.deepEqual(
      topics.map((topic) => tree.find(topic.path)?.id),
      [1, 2, 3, 4, 5],
    )
    assert.equal(tree.find('//'), null)
  })

  test('needs no topic above another one, and finds none there', () => {
    const tree = new TopicTree()
    const topic = add(tree, 'a/b/c', 1)
    assert.equal(tree.find('a/b'), null)
    assert.equal(tree.find('a/b/c/d'), null)
    tree.remove(topic)
    assert.equal(tree.root.children, null)
  })

  test('lets a topic be removed once only', () => {
    const tree = new TopicTree()
    const topic = add(tree, 'a', 1)
    tree.remove(topic)
    assert.throws(() => tree.remove(topic), /removed from the tree once/)
  })

  test('writes the levels of a path into an array that is longer already', () => {
    const tree = new TopicTree()
    const levels = ['x', 'x', 'x', 'x']
    assert.equal(levelsOf(tree.place('a//c'), levels), 3)
    assert.deepEqual(levels, ['a', '', 'c', 'x'])
    assert.equal(levelsOf(tree.root, levels), 0)
  })

  test('has a root without a path', () => {
    assert.equal(new TreeNode('', null).path, '')
  })
})
