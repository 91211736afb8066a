import { posix } from 'node:path'
import type { Fault, Rule } from './rule.js'
import { folderOf, isFree, isProduct } from './rule.js'
import type { Node, SourceFile } from './source-file.js'
import { nameOf } from './source-file.js'

/**
 * Who may import whom; the drawing is in docs/ARCHITECTURE.md. "(types)" allows `import type` alone.
 * A folder may always import itself, except that siblings in `strangers` are told apart.
 */
const arrows: Readonly<Record<string, readonly string[]>> = {
  cli: [
    'transports',
    'bridges',
    'auth',
    'store',
    'ops',
    'sdk',
    'terminal',
    'net',
    'net/dtls',
    'codecs',
    'proto',
    'core',
  ],
  console: ['sdk'],
  transports: ['net', 'net/dtls', 'codecs', 'core'],
  bridges: ['codecs', 'core'],
  auth: ['core'],
  store: ['core'],
  ops: ['core'],
  sdk: ['codecs', 'core (types)'],
  terminal: ['net', 'net/dtls', 'codecs', 'core', 'store'],
  codecs: ['codecs', 'proto', 'core (types)'],
  net: ['net/dtls', 'core (types)'],
  'net/dtls': [],
  core: [],
  proto: [],
}

/** Folders whose subfolders each have a door of their own; in `strangers` they do not even know each other. */
const strangers = ['transports', 'bridges']
const partitioned = [...strangers, 'codecs']

/** Inside core each may import what stands to its right; files that stand in no folder come last. */
const coreOrder = ['gateway', 'session', 'flow', 'topics', 'log']

interface Import {
  readonly line: number
  /** As written: './link.js', 'ws', 'node:fs'. */
  readonly specifier: string
  readonly typesOnly: boolean
}

function importsOf(file: SourceFile): Import[] {
  return file.places.flatMap(({ node }) => {
    const specifier = /^(Import|Export|TSImportType)/.test(node.type) ? nameOf(node.source) : undefined
    if (specifier === undefined) return []
    return [{ line: file.lineAt(node.start), specifier, typesOnly: isTypesOnly(node) }]
  })
}

const isTypesOnly = (node: Node): boolean =>
  node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type'

/** The row of the table that a file belongs to. */
const areaOf = (path: string): string => (path.startsWith('net/dtls/') ? 'net/dtls' : folderOf(path))

/** The folder whose index.ts is the door to a file. */
function unitOf(path: string): string {
  const [folder = '', subfolder = '', ...rest] = path.split('/')
  return partitioned.includes(folder) && rest.length > 0 ? `${folder}/${subfolder}` : areaOf(path)
}

const isDoor = (path: string): boolean => path === `${unitOf(path)}/index.ts`

function whyNot(from: string, { specifier, typesOnly }: Import): string | undefined {
  if (!specifier.startsWith('.')) return whyNotPackage(from, specifier)
  const to = posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts')
  if (isFree(to)) return `${to} is for tests and tools only`
  if (unitOf(from) === unitOf(to)) return folderOf(from) === 'core' ? whyNotInCore(from, to) : undefined
  return whyNotArrow(from, to, typesOnly)
}

function whyNotPackage(from: string, specifier: string): string | undefined {
  return folderOf(from) === 'core' ? `core imports nothing, so not '${specifier}' either` : undefined
}

function whyNotArrow(from: string, to: string, typesOnly: boolean): string | undefined {
  const area = areaOf(from)
  const allowed = arrows[area]
  if (!allowed) return `${area}/ has no row in the table of imports; add one to the house rules first`
  if (strangers.includes(area) && folderOf(to) === area) return `siblings are strangers: ${unitOf(to)}`
  const target = areaOf(to)
  if (!allowed.includes(target) && !(typesOnly && allowed.includes(`${target} (types)`))) {
    const list = allowed.join(', ') || 'nothing'
    return `${area} may import ${list}; not ${to}`
  }
  return isDoor(to) ? undefined : `use the door: ${unitOf(to)}/index.js, not ${to}`
}

function whyNotInCore(from: string, to: string): string | undefined {
  if (from === 'core/index.ts') return undefined
  if (to === 'core/index.ts') return 'inside core, import the file itself; the door is for others'
  const [left, right] = [coreRank(from), coreRank(to)]
  if (left === -1 || right === -1) return `${left === -1 ? from : to} has no place in core's order`
  return right < left ? `inside core imports go one way: ${coreOrder.join(' → ')} → other files; not ${to}` : undefined
}

/** 0 is leftmost; -1 for a folder that the order does not know. */
function coreRank(path: string): number {
  const [, name = '', ...inside] = path.split('/')
  const rank = coreOrder.indexOf(name.replace(/\.ts$/, ''))
  return rank === -1 && inside.length === 0 ? coreOrder.length : rank
}

const sample = (path: string, text: string) => ({ path, text })

export const importRules: readonly Rule[] = [
  {
    name: 'every import follows an arrow of the architecture and enters by the door',
    appliesTo: isProduct,
    faults: (file): Fault[] =>
      importsOf(file).flatMap((found) => {
        const what = whyNot(file.path, found)
        return what === undefined ? [] : [{ line: found.line, what }]
      }),
    wrong: [
      sample('core/topics/topic-tree.ts', "import { Outbox } from '../flow/outbox.js'"),
      sample('core/gateway.ts', "import { readFileSync } from 'node:fs'"),
      sample('core/clock.ts', "import type { Topic } from './topics/topic.js'"),
      sample('core/cache/lru.ts', "import { assert } from '../assert.js'"),
      sample('core/session/session.ts', "export * from '../index.js'"),
      sample('codecs/sse/encode.ts', "import { closeReasons } from '../../core/index.js'"),
      sample('codecs/sse/encode.ts', "import { type Link } from '../../core/index.js'"),
      sample('codecs/protobuf/encode.ts', "import { diff } from '../delta/diff.js'"),
      sample('transports/sse/link.ts', "import { Outbox } from '../../core/flow/outbox.js'"),
      sample('transports/sse/link.ts', "import { link } from '../websocket/index.js'"),
      sample('transports/sse/link.ts', "import { metrics } from '../../ops/index.js'"),
      sample('bridges/kafka/index.ts', "type Record = import('../mqtt/index.js').Record"),
      sample('net/dtls/record.ts', "import type { Link } from '../../core/index.js'"),
      sample('sdk/session.ts', "const harness = await import('../test/support/clock.js')"),
      sample('gadgets/one.ts', "import { gateway } from '../core/index.js'"),
    ],
    right: [
      sample(
        'core/session/session.ts',
        "import { Outbox } from '../flow/outbox.js'\nimport { assert } from '../assert.js'",
      ),
      sample('core/index.ts', "export { Gateway } from './gateway.js'"),
      sample('codecs/sse/encode.ts', "import type { Link } from '../../core/index.js'"),
      sample(
        'transports/websocket/link.ts',
        "import { WebSocket } from 'ws'\nimport { listen } from '../../net/index.js'",
      ),
      sample('transports/satellite/index.ts', "import { listen } from '../../net/dtls/index.js'"),
      sample('cli/main.ts', "import { gateway } from '../core/index.js'\nimport about from 'rivulet/package.json'"),
      sample('terminal/terminal.ts', "import { open } from '../store/index.js'"),
    ],
  },
]
