import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, suite, test } from 'mocha'
import type { TransportModule } from '../../net/index.js'
import { OptionError } from '../../net/index.js'
import type { GatewayConfig } from './load.js'
import { loadConfig } from './load.js'
import { problemText } from './problem.js'

/** A transport that knows two options and complains as zod does. */
const radio: TransportModule<unknown> = {
  parseOptions(section) {
    const { power, channelBytesMax = 10, ...others } = Object(section ?? {})
    const unknown = Object.keys(others).map((name) => ({ path: [], expected: `Unrecognized key: "${name}"` }))
    const expected = 'Invalid input: expected number, received string'
    const faults = [...unknown, ...(typeof power === 'string' ? [{ path: ['power'], expected }] : [])]
    if (faults.length > 0) throw new OptionError(faults)
    return { power: power ?? 1, channelBytesMax }
  },
  create: () => ({ listen: async () => [], close: async () => undefined }),
}
const modules = new Map([['radio', radio]])

suite('cli: configuration', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rivulet-config-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  function load(text: string, { environment = {}, set = [] as string[] } = {}) {
    const file = join(folder, 'rivulet.yaml')
    writeFileSync(file, text)
    return loadConfig({ file, environment, set }, modules)
  }

  function config(...given: Parameters<typeof load>): GatewayConfig {
    const loaded = load(...given)
    assert.equal(loaded.kind, 'config', loaded.kind === 'problems' ? loaded.problems.map(problemText).join('\n') : '')
    return loaded.config
  }

  function problems(...given: Parameters<typeof load>): string[] {
    const loaded = load(...given)
    assert.equal(loaded.kind, 'problems')
    return loaded.problems.map(problemText).map((text) => text.replace(`${folder}/`, ''))
  }

  test('without any source there are the embedded defaults, open and on loopback', () => {
    const loaded = loadConfig({ file: null, environment: {}, set: [] }, modules)
    assert.equal(loaded.kind, 'config')
    const { http, ops, logLevel, access, rules, transports } = loaded.config
    assert.deepEqual([http.host, http.port], ['127.0.0.1', 8080])
    assert.deepEqual(
      { ops, logLevel, access, rules },
      {
        ops: { host: '127.0.0.1', port: 9464, systemTopicsMs: 10_000 },
        logLevel: 'info',
        access: { users: [], anonymousRoles: [], rules: null },
        rules: [],
      },
    )
    assert.deepEqual(transports.get('radio'), { power: 1, channelBytesMax: 10 })
  })

  test('an empty file, and one with comments only, are the defaults too', () => {
    assert.equal(config('').http.port, 8080)
    assert.equal(config('# nothing yet\n').http.port, 8080)
  })

  test('--set wins over the environment, that over the file, and that over the defaults', () => {
    const text = 'http: {port: 1, host: localhost}\nops: {port: 2}\n'
    const environment = { RIVULET_HTTP__PORT: '3', RIVULET_OPS__PORT: '4' }
    const { http, ops } = config(text, { environment, set: ['ops.port=5'] })
    assert.deepEqual([http.host, http.port, ops.port, ops.host], ['localhost', 3, 5, '127.0.0.1'])
  })

  for (const [name, value, read] of [
    ['RIVULET_LIMITS__MESSAGEBYTESMAX', '2048', (found: GatewayConfig) => found.limits.messageBytesMax],
    ['RIVULET_LIMITS__MESSAGE_BYTES_MAX', '2048', (found: GatewayConfig) => found.limits.messageBytesMax],
    ['RIVULET_limits__messageBytesMax', '2048', (found: GatewayConfig) => found.limits.messageBytesMax],
    ['RIVULET_HTTP__CONNECTIONSMAX', '2048', (found: GatewayConfig) => found.http.connectionsMax],
    [
      'RIVULET_TRANSPORTS__RADIO__CHANNELBYTESMAX',
      '2048',
      (found: GatewayConfig) => Reflect.get(Object(found.transports.get('radio')), 'channelBytesMax'),
    ],
  ] as const) {
    test(`${name} is recognised`, () => assert.equal(read(config('', { environment: { [name]: value } })), 2048))
  }

  test('--set reaches into lists, takes lists, and leaves text with a colon alone', () => {
    const text = 'topics:\n  rules:\n    - {selector: "a/#", priority: 0}\n'
    const set = [
      'topics.rules.0.priority=1',
      'topics.rules.1.selector=b: c',
      'topics.rules.2={selector: c, history: {count: 3}}',
    ]
    const rules = config(text, { set }).rules.map(({ selector, properties }) => ({
      selector: selector.text,
      properties,
    }))
    assert.deepEqual(rules, [
      { selector: 'a/#', properties: { priority: 1 } },
      { selector: 'b: c', properties: {} },
      { selector: 'c', properties: { history: { count: 3, ageMs: null, bytes: null } } },
    ])
  })

  test('everything that is wrong is told at once, each with line, column, path and what was expected', () => {
    const text = [
      'http:',
      '  port: eighty',
      '  hots: localhost',
      'ops: {port: 70000}',
      'topics:',
      '  rules:',
      '    - selector: a/#/b',
      '      delivery: newest',
      '      removal: {idleFor: 3600}',
      'log: {level: loud}',
      'transports:',
      '  radio: {power: much, chanelBytesMax: 4}',
      '  pigeon: {}',
      'limit: {}',
    ].join('\n')
    assert.deepEqual(problems(text), [
      'rivulet.yaml:2:9 http.port: expected a whole number from 0 to 65535, found "eighty"',
      'rivulet.yaml:3:3 http.hots: unknown key; did you mean "host"?',
      'rivulet.yaml:4:13 ops.port: expected a whole number from 0 to 65535, found 70000',
      'rivulet.yaml:7:17 topics.rules[0].selector: expected a selector (expected # at the end only), found "a/#/b"',
      'rivulet.yaml:8:17 topics.rules[0].delivery: expected one of latest, all, found "newest"',
      'rivulet.yaml:9:26 topics.rules[0].removal.idleFor: expected a duration above 0 with its unit, such as 500ms, 30s, 5m, 12h or 7d, found 3600',
      'rivulet.yaml:10:14 log.level: expected one of trace, debug, info, warn, error, silent, found "loud"',
      'rivulet.yaml:12:18 transports.radio.power: expected number, found "much"',
      'rivulet.yaml:12:24 transports.radio.chanelBytesMax: unknown key; did you mean "channelBytesMax"?',
      'rivulet.yaml:13:3 transports.pigeon: unknown key; transports here: radio',
      'rivulet.yaml:14:1 limit: unknown key; did you mean "limits"?',
    ])
  })

  test('what is wrong in the environment or in --set is named by variable or option', () => {
    const environment = {
      RIVULET_OPS__PORT: 'x',
      RIVULET_HTTP_PORT: '1',
      RIVULET_TRANSPORTS__RADIO__POWR: '1',
      RIVULET_TOKEN: 'mine',
    }
    assert.deepEqual(problems('', { environment, set: ['ops.prot=1', 'http', 'log.level=1'] }), [
      '--set http: expected key=value such as http.port=8090',
      '--set log.level: expected one of trace, debug, info, warn, error, silent, found 1',
      '--set ops.prot: unknown key; did you mean "port"?',
      'RIVULET_HTTP_PORT: not a setting; did you mean RIVULET_HTTP__PORT?',
      'RIVULET_OPS__PORT ops.port: expected a whole number from 0 to 65535, found "x"',
      'RIVULET_TRANSPORTS__RADIO__POWR transports.radio.powr: unknown key; did you mean "power"?',
    ])
  })

  test('check says ok for operations on the port of http, where serve fails: it is refused', () => {
    assert.deepEqual(problems('http: {port: 9000}\nops: {port: 9000}\n'), [
      'rivulet.yaml:2:13 ops.port: expected another port than http.port, found 9000',
    ])
    assert.match(problems('http: {port: 9464, host: 0.0.0.0}\nauth: {}\n').join(), /ops\.port: expected another port/)
    assert.equal(config('http: {port: 9000}\nops: {port: 9000, host: ::1}\n').ops.port, 9000)
    assert.equal(config('http: {port: 0}\nops: {port: 0}\n').ops.port, 0)
  })

  test('check says ok for localhost and 127.0.0.1 on one port, where serve fails: a name of loopback is any address of it', () => {
    const load = (http: string, ops: string) =>
      `http: {port: 9000, host: "${http}"}\nops: {port: 9000, host: "${ops}"}\n`
    for (const [http, ops] of [
      ['localhost', '127.0.0.1'],
      ['::1', 'LOCALHOST'],
      ['localhost', 'app.localhost'],
    ] as const) {
      assert.match(problems(load(http, ops)).join(), /ops\.port: expected another port/, `${http} and ${ops}`)
    }
    assert.equal(config(load('127.0.0.1', '127.0.0.2')).ops.port, 9000)
  })

  for (const [why, text, expected] of [
    ['a tab for indentation', 'http:\n\tport: 1\n', /^rivulet\.yaml:2:1: not YAML as expected/],
    ['the same key twice', 'ops: {}\nops: {}\n', /^rivulet\.yaml:2:1: not YAML as expected: Map keys must be unique/],
    ['a list instead of settings', '- http\n', /^rivulet\.yaml:1:1: expected a mapping/],
    ['an unknown alias', 'ops: *there\n', /^rivulet\.yaml: not YAML as expected: Unresolved alias/],
  ] as const) {
    test(`${why} is told with its place`, () => assert.match(problems(text)[0] ?? '', expected))
  }

  test('a file that is no YAML at all is told by its first fault, and not by dozens with long excerpts', () => {
    const [first = '', ...others] = problems(
      `# Title\n\nWords: more: words\n\n| a | b |\n${'x'.repeat(500)}: {\n\`\`\`\n`,
    )
    assert.match(first, /^rivulet\.yaml:\d+:\d+: not YAML as expected/)
    assert.ok(first.length < 200, first)
    assert.deepEqual(others, [])
  })

  test('a file that is not there is told by name', () => {
    const loaded = loadConfig({ file: 'no-such.yaml', environment: {}, set: [] }, modules)
    assert.equal(loaded.kind, 'problems')
    assert.deepEqual(loaded.problems.map(problemText), ['no-such.yaml: there is no such file'])
  })

  suite('users and permissions', () => {
    const hash = 'scrypt$16384$8$1$c2FsdHNhbHRzYWx0$a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5'

    test('users with hashed, filed and environment passwords, and rules, are read', () => {
      writeFileSync(join(folder, 'bob.txt'), 'geheim\n')
      const text = [
        'auth:',
        '  users:',
        `    - {name: ann, password: ${hash}, roles: [trader], root: tenants/a, properties: {desk: fx}}`,
        '    - {name: bob, password: {file: bob.txt}}',
        '    - {name: cid, password: {env: CID_PASSWORD}}',
        'permissions:',
        '  rules:',
        '    - {allow: [subscribe], roles: [trader], topics: ["fx/#"]}',
        '    - {deny: all}',
      ].join('\n')
      const { access } = config(text, { environment: { CID_PASSWORD: hash } })
      assert.deepEqual(
        access.users.map(({ name, password, rootPath }) => [name, password?.kind, rootPath]),
        [
          ['ann', 'hash', 'tenants/a'],
          ['bob', 'secret', ''],
          ['cid', 'hash', ''],
        ],
      )
      assert.deepEqual(access.users[1]?.password, { kind: 'secret', secret: 'geheim' })
      assert.equal(access.anonymousRoles, null)
      assert.deepEqual(
        access.rules?.map(({ effect, actions, topics }) => [effect, actions, topics?.[0]?.text]),
        [
          ['allow', ['subscribe'], 'fx/#'],
          ['deny', null, undefined],
        ],
      )
    })

    test('anonymous clients are let in where the configuration says so, or where it has no users to ask for', () => {
      assert.deepEqual(config('auth: {anonymous: true, anonymousRoles: [guest]}').access.anonymousRoles, ['guest'])
      assert.equal(config('auth: {users: []}').access.anonymousRoles, null)
      assert.deepEqual(config('permissions: {rules: []}').access.anonymousRoles, [])
    })

    for (const [why, text, expected] of [
      [
        'a bare password',
        'auth: {users: [{name: ann, password: geheim}]}',
        /users\[0\]\.password: expected scrypt\$N.*found something else$/,
      ],
      ['no password', 'auth: {users: [{name: ann}]}', /users\[0\]\.password: expected scrypt\$N.*found nothing$/],
      [
        'a variable that is not set',
        'auth: {users: [{name: ann, password: {env: NOPE}}]}',
        /expected a secret in the variable NOPE, which is not set/,
      ],
      [
        'a file that is not there',
        'auth: {users: [{name: ann, password: {file: nope}}]}',
        /expected a secret in .*nope, which cannot be read \(ENOENT\)/,
      ],
      [
        'two users of one name',
        `auth: {users: [{name: a, password: ${hash}}, {name: a, password: ${hash}}]}`,
        /users\[1\]\.name: expected a name that no other user has, found "a"/,
      ],
      ['a user called anonymous', `auth: {users: [{name: anonymous, password: ${hash}}]}`, /expected another name/],
      ['a root with a wildcard', `auth: {users: [{name: a, password: ${hash}, root: "a/#"}]}`, /root: expected a path/],
      ['neither allow nor deny', 'permissions: {rules: [{roles: [a]}]}', /rules\[0\]: expected either allow or deny/],
      ['both', 'permissions: {rules: [{allow: all, deny: all}]}', /rules\[0\]: expected either allow or deny/],
      [
        'an unknown action, which is named,',
        'permissions: {rules: [{allow: [fetch, publsh]}]}',
        /allow: expected all, or a list of connect, .*administer; "publsh" is none of them \(did you mean "publish"\?\)/,
      ],
      ['an action that is like none', 'permissions: {rules: [{deny: [xyz]}]}', /; "xyz" is none of them, found a list/],
      [
        'topics for administering',
        'permissions: {rules: [{allow: [administer], topics: [a]}]}',
        /topics: expected no topics beside administer/,
      ],
      [
        'an empty list',
        'permissions: {rules: [{allow: [fetch], roles: []}]}',
        /roles: expected a list of at least one of: roles/,
      ],
    ] as const) {
      test(`${why} is refused, and no secret repeated`, () => {
        const [first = '', ...others] = problems(text)
        assert.match(first, expected)
        assert.deepEqual(others, [])
        assert.doesNotMatch(first, /geheim/)
      })
    }
  })
})
