import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import type { Action, Principal, Selector } from '../core/index.js'
import { parseSelector, selectorMatches } from '../core/index.js'
import type { PermissionRule } from './permissions.js'
import { Permissions } from './permissions.js'
import { StaticAccess } from './static-access.js'

function read(text: string): Selector {
  const parsed = parseSelector(text)
  assert.ok(parsed.kind === 'selector', text)
  return parsed.selector
}

function principal(name: string, ...roles: string[]): Principal {
  return { name, roles, rootPath: '', properties: {} }
}

type Wish = { actions?: Action[]; users?: string[]; roles?: string[]; topics?: string[] }

function rule(effect: 'allow' | 'deny', { actions, users, roles, topics }: Wish): PermissionRule {
  const selectors = topics?.map(read) ?? null
  return { effect, actions: actions ?? null, users: users ?? null, roles: roles ?? null, topics: selectors }
}

const ann = principal('ann', 'trader')

suite('auth: permissions', () => {
  const permissions = new Permissions([
    rule('allow', { actions: ['publish'], users: ['feed'], topics: ['fx/#'] }),
    rule('deny', { actions: ['subscribe', 'fetch'], topics: ['fx/internal/#'] }),
    rule('allow', { actions: ['subscribe', 'fetch'], roles: ['trader'], topics: ['fx/#', 'news/+'] }),
    rule('allow', { roles: ['admin'] }),
  ])

  for (const [who, action, path, expected] of [
    [ann, 'subscribe', 'fx/eurusd', true],
    [ann, 'subscribe', 'fx/internal/limits', false],
    [ann, 'publish', 'fx/eurusd', false],
    [ann, 'fetch', 'news/sport', true],
    [ann, 'fetch', 'news/sport/tennis', false],
    [ann, 'connect', '', true],
    [ann, 'administer', '', false],
    [principal('feed'), 'publish', 'fx/eurusd', true],
    [principal('feed'), 'subscribe', 'fx/eurusd', false],
    [principal('root', 'admin'), 'administer', '', true],
    [principal('root', 'admin'), 'remove', 'anything', true],
    [principal('root', 'admin'), 'subscribe', 'fx/internal/limits', false],
  ] as const) {
    test(`${who.name} ${expected ? 'may' : 'may not'} ${action} ${path}`, () => {
      assert.equal(permissions.allows(who, action, path), expected)
    })
  }

  for (const [who, selector, expected] of [
    [ann, 'fx/spot/#', 'all'],
    [ann, 'fx/eurusd', 'all'],
    [ann, 'fx/{eurusd,gbpusd}', 'all'],
    [ann, 'fx/internal/#', 'none'],
    [ann, 'fx/internal/limits', 'none'],
    [ann, 'fx/#', 'some'],
    [ann, '#', 'some'],
    [ann, 'news/+', 'all'],
    [ann, 'weather/#', 'none'],
    [ann, '$SYS/#', 'none'],
    [principal('feed'), 'fx/#', 'none'],
    [principal('root', 'admin'), 'weather/#', 'all'],
    [principal('root', 'admin'), '#', 'some'],
  ] as const) {
    test(`${who.name} may subscribe to ${expected} of ${selector}`, () => {
      assert.equal(permissions.coverage(who, 'subscribe', selector), expected)
    })
  }

  test('a rule with topics leaves connecting and administering alone', () => {
    const narrow = new Permissions([rule('deny', { topics: ['#'] }), rule('allow', {})])
    assert.equal(narrow.allows(ann, 'connect', ''), true)
    assert.equal(narrow.allows(ann, 'administer', ''), true)
    assert.equal(narrow.allows(ann, 'publish', 'a'), false)
  })

  test('connecting can be denied by name', () => {
    const closed = new Permissions([rule('deny', { actions: ['connect'], users: ['ann'] })])
    assert.equal(closed.allows(ann, 'connect', ''), false)
    assert.equal(closed.allows(principal('bob'), 'connect', ''), true)
  })

  test('without rules everything is allowed, and with an empty list only connecting', () => {
    assert.equal(new Permissions(null).allows(ann, 'administer', ''), true)
    assert.equal(new Permissions(null).coverage(ann, 'subscribe', '#'), 'all')
    assert.equal(new Permissions([]).allows(ann, 'connect', ''), true)
    assert.equal(new Permissions([]).coverage(ann, 'subscribe', '#'), 'none')
  })

  test('new rules change the generation, so that core asks again', () => {
    const changing = new Permissions([])
    const before = changing.generation
    changing.replace(null)
    assert.notEqual(changing.generation, before)
    assert.equal(changing.allows(ann, 'subscribe', 'a'), true)
  })

  test('whatever the rules, coverage never promises or denies what single paths contradict', () => {
    const levels = ['a', 'b', '{a,c}', '+', '~"[ab]"', '$SYS']
    const selectors = levels.flatMap((one) => [one, `${one}/#`, ...levels.map((two) => `${one}/${two}`)]).concat('#')
    const names = ['a', 'b', 'c', '$SYS']
    const paths = names.flatMap((one) => [one, ...names.map((two) => `${one}/${two}`), `${one}/a/b`])
    const anyRule = fc.record({
      effect: fc.constantFrom('allow' as const, 'deny' as const),
      topics: fc.option(fc.array(fc.constantFrom(...selectors), { minLength: 1, maxLength: 2 })),
    })
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 4 }), fc.constantFrom(...selectors), (rules, selector) => {
        const any = new Permissions(rules.map(({ effect, topics }) => rule(effect, topics === null ? {} : { topics })))
        const matched = paths.filter((path) => selectorMatches(read(selector), path.split('/')))
        const allowed = matched.filter((path) => any.allows(ann, 'subscribe', path))
        const coverage = any.coverage(ann, 'subscribe', selector)
        if (coverage === 'all') assert.deepEqual(allowed, matched)
        if (coverage === 'none') assert.deepEqual(allowed, [])
      }),
    )
  })
})

suite('auth: static access', () => {
  const user = (name: string, roles: string[], rootPath = '') => {
    return { name, password: { kind: 'secret' as const, secret: 'x' }, tokens: [], roles, rootPath, properties: {} }
  }

  test('a reload takes every right from a user who is gone, and gives another the rights of its new roles', () => {
    const rules = [rule('allow', { actions: ['subscribe'], roles: ['trader'] })]
    const access = new StaticAccess({ users: [user('ann', ['trader']), user('bob', [])], anonymousRoles: null, rules })
    const { authorizer } = access
    const [bob, before] = [principal('bob'), authorizer.generation]
    assert.deepEqual(
      ['ann', 'bob'].map((name) => authorizer.allows(name === 'ann' ? ann : bob, 'subscribe', 'a')),
      [true, false],
    )
    access.replace({ users: [user('bob', ['trader'])], anonymousRoles: null, rules })
    assert.notEqual(authorizer.generation, before)
    assert.equal(authorizer.allows(ann, 'subscribe', 'a'), false)
    assert.equal(authorizer.allows(ann, 'connect', ''), false)
    assert.equal(authorizer.coverage(ann, 'subscribe', '#'), 'none')
    assert.equal(authorizer.allows(bob, 'subscribe', 'a'), true)
  })

  test('a user who was moved to another root loses what was granted under the old one', () => {
    const access = new StaticAccess({ users: [user('ann', [])], anonymousRoles: null, rules: null })
    assert.equal(access.authorizer.allows(ann, 'subscribe', 'a'), true)
    access.replace({ users: [user('ann', [], 'tenants/a')], anonymousRoles: null, rules: null })
    assert.equal(access.authorizer.allows(ann, 'subscribe', 'a'), false)
  })
})
