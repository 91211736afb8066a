import type { Fault, Rule } from './rule.js'
import { isFree, isProductOf, isTest, isTypeScript } from './rule.js'
import type { Place, SourceFile } from './source-file.js'
import { isNode, nameOf } from './source-file.js'

const faultsWhere = (file: SourceFile, why: (place: Place) => string | undefined): Fault[] =>
  file.places.flatMap((place) => {
    const what = why(place)
    return what === undefined ? [] : [{ line: file.lineAt(place.node.start), what }]
  })

const isCore = isProductOf('core')
const isPure = isProductOf('core', 'codecs')

function loosened({ node }: Place): string | undefined {
  if (node.type === 'TSNonNullExpression') return '`!` claims what the types do not know'
  if (node.type === 'TSTypeAssertion') return 'a cast'
  if (node.type !== 'TSAsExpression' || !isNode(node.typeAnnotation)) return undefined
  const { typeName } = node.typeAnnotation
  return nameOf(typeName) === 'const' ? undefined : 'a cast: narrow the type, or check the value'
}

const impure = [
  'globalThis',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Date',
  'performance',
  'process',
  'crypto',
]

/** Whether an identifier means the global: not the name of a property, nor a key that is being defined. */
function isReference({ parent, field }: Place): boolean {
  if (!parent) return true
  const isPropertyName = field === 'property' && parent.node.computed !== true
  return !isPropertyName && field !== 'key'
}

function timeOrChance(place: Place): string | undefined {
  const { node } = place
  if (node.type === 'AwaitExpression' || node.async === true || node.await === true) return 'runs asynchronously'
  if (node.type === 'MemberExpression' && nameOf(node.object) === 'Math' && nameOf(node.property) === 'random') {
    return 'Math.random'
  }
  const name = node.type === 'Identifier' && isReference(place) ? nameOf(node) : undefined
  return name !== undefined && impure.includes(name) ? name : undefined
}

function sleeps({ node }: Place): string | undefined {
  if (node.type === 'ImportDeclaration' && nameOf(node.source)?.includes('timers')) return 'imports a timer'
  const name = node.type === 'CallExpression' ? globalName(node.callee) : undefined
  return name === 'setTimeout' || name === 'setInterval' ? `${name}: let the simulated clock pass time` : undefined
}

/** The name of a global, said alone or as a member of `globalThis`. */
function globalName(callee: unknown): string | undefined {
  if (!isNode(callee) || callee.type !== 'MemberExpression') return nameOf(callee)
  return nameOf(callee.object) === 'globalThis' ? nameOf(callee.property) : undefined
}

/** Tests and what they are made of; but one place stands for real time, and lets it leap. */
const mustNotSleep = (path: string): boolean =>
  isTest(path) || path.endsWith('/harness.ts') || (path.startsWith('test/') && path !== 'test/conformance/time.ts')

function leavesTestsOut({ node }: Place): string | undefined {
  if (node.type !== 'MemberExpression') return undefined
  const [object, property] = [node.object, nameOf(node.property)]
  const isSuite = ['it', 'test', 'describe', 'suite', 'context'].includes(nameOf(object) ?? '')
  if (isSuite && property === 'only') return 'leaves every other test out'
  const isSelf = isNode(object) && object.type === 'ThisExpression'
  return (isSuite || isSelf) && property === 'skip' ? 'skips without a reason: use skip() or needsPeer()' : undefined
}

function catchesNothing({ node }: Place): string | undefined {
  const isEmpty =
    node.type === 'CatchClause' && isNode(node.body) && Array.isArray(node.body.body) && node.body.body.length === 0
  return isEmpty ? 'an empty catch: name the error that is expected and rethrow the rest' : undefined
}

const sample = (path: string, ...texts: readonly string[]) => texts.map((text) => ({ path, text }))

export const banRules: readonly Rule[] = [
  {
    name: 'nothing has the type any',
    appliesTo: isTypeScript,
    faults: (file) => faultsWhere(file, ({ node }) => (node.type === 'TSAnyKeyword' ? 'any' : undefined)),
    wrong: sample('sdk/a.ts', 'let a: any', 'const a = <T extends any[]>(b: T) => b'),
    right: sample('sdk/a.ts', 'const any = many', 'let a: unknown'),
  },
  {
    name: 'core casts nothing',
    appliesTo: isCore,
    faults: (file) => faultsWhere(file, loosened),
    wrong: sample('core/a.ts', 'const a = b as Topic', 'const a = <Topic>b', 'const a = b!', 'const a = b as unknown'),
    right: sample('core/a.ts', "const a = ['x'] as const", 'const a = b satisfies Topic', 'if (!a) b()'),
  },
  {
    name: 'core and codecs have no clock, timer, chance, process or waiting of their own',
    appliesTo: isPure,
    faults: (file) => faultsWhere(file, timeOrChance),
    wrong: sample(
      'codecs/sse/a.ts',
      'setTimeout(f)',
      'const now = Date.now()',
      'const at = new Date()',
      'let limit = Math.random() * 2',
      'const { env } = process',
      'const f = async () => 1',
      'class A { async b() {} }',
      'await f()',
      'for await (const a of b) c()',
      'const schedule = { later: setImmediate }',
      'globalThis.setTimeout(f)',
    ),
    right: sample(
      'core/a.ts',
      'a.process()',
      'const b = { performance: 1 }',
      'class A { process() {} }',
      'Math.min(a)',
    ),
  },
  {
    name: 'no test sleeps',
    appliesTo: (path) => isTypeScript(path) && mustNotSleep(path),
    faults: (file) => faultsWhere(file, sleeps),
    wrong: [
      ...sample(
        'core/a.test.ts',
        'setTimeout(done, 5)',
        'globalThis.setTimeout(done, 5)',
        "import { setTimeout as sleep } from 'node:timers/promises'",
      ),
      ...sample('test/support/nap.ts', 'setTimeout(done, 5)'),
    ],
    right: sample('core/a.test.ts', 'clock.setTimeout(f, 5)', 'const timer = a.setInterval'),
  },
  {
    name: 'no test is left out without a reason',
    appliesTo: (path) => isTypeScript(path) && isFree(path) && path !== 'test/support/skip.ts',
    faults: (file) => faultsWhere(file, leavesTestsOut),
    wrong: sample('core/a.test.ts', 'test.only("a", f)', 'describe.only("a", f)', 'it.skip("a", f)', 'this.skip()'),
    right: sample('core/a.test.ts', 'options.only', 'reader.skip(5)', "needsPeer(this, 'gcc', 'compiles the client')"),
  },
  {
    name: 'no catch is empty',
    appliesTo: isTypeScript,
    faults: (file) => faultsWhere(file, catchesNothing),
    wrong: sample('sdk/a.ts', 'try { a() } catch {}', 'try { a() } catch (e) { /* fine */ }'),
    right: sample('sdk/a.ts', 'try { a() } catch (error) { report(error) }', 'try { a() } finally {}'),
  },
  {
    name: 'core never names a medium outside comments',
    appliesTo: isCore,
    faults: (file) => faultsWhere(file, mediumNamed),
    wrong: sample('core/a.ts', 'const mqttLink = 1', "const name = 'websocket'", 'const a = `over SSE`', 'let sseId'),
    right: sample('core/a.ts', '// as MQTT does\nconst assessed = 1', "const why = 'the essence of it'", 'httpless()'),
  },
]

const media = /websocket|mqtt|kafka|satellite|dtls/i
const mediaWords = ['sse', 'http', 'https', 'slp', 'udp', 'tcp', 'ws']

function mediumNamed({ node }: Place): string | undefined {
  const text = node.type === 'TemplateElement' ? templateText(node.value) : nameOf(node)
  if (text === undefined) return undefined
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  const named = media.exec(text)?.[0] ?? words.find((word) => mediaWords.includes(word))
  return named === undefined ? undefined : `${named}: ask what a link can do, not what it is`
}

function templateText(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : undefined
}
