import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, suite, test } from 'mocha'
import { accessWarnings, machineWarnings } from './warnings.js'

suite('cli: warnings about access', () => {
  test('a rule for a user whom nobody has is told, since it holds for nobody', () => {
    const rule = { effect: 'allow', actions: null, roles: null, topics: null } as const
    const user = {
      name: 'ann',
      password: { kind: 'secret', secret: 's' },
      tokens: [],
      roles: [],
      rootPath: '',
      properties: {},
    } as const
    const rules = [
      { ...rule, users: ['ann', 'anonymous'] },
      { ...rule, users: ['bob'] },
      { ...rule, users: null },
    ]
    assert.deepEqual(accessWarnings({ users: [user], anonymousRoles: null, rules }), [
      'permissions.rules[1] names the user "bob", whom auth.users does not have',
    ])
    assert.deepEqual(accessWarnings({ users: [], anonymousRoles: [], rules: null }), [])
  })
})

suite('cli: warnings about the machine', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rivulet-warnings-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  for (const [why, content, expected] of [
    [
      'the kernel’s default, which knows no bound',
      '4294967295\n',
      /is unlimited: .*sysctl -w net\.ipv4\.tcp_notsent_lowat=16384/,
    ],
    ['a megabyte', '1048576\n', /is 1048576 bytes/],
  ] as const) {
    test(`${why} is warned of`, () => {
      const file = join(folder, 'lowat')
      writeFileSync(file, content)
      const [warning, ...others] = machineWarnings(file)
      assert.match(warning ?? '', expected)
      assert.deepEqual(others, [])
    })
  }

  test('16 KB, and a machine that has no such setting, are not', () => {
    const file = join(folder, 'lowat')
    writeFileSync(file, '16384\n')
    assert.deepEqual([machineWarnings(file), machineWarnings(join(folder, 'none'))], [[], []])
  })
})
