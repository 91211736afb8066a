import type { Fault, Rule } from './rule.js'
import { isTypeScript } from './rule.js'
import type { Node, Place, SourceFile } from './source-file.js'
import { isNode, nameOf } from './source-file.js'

/** The hard bounds; the aims (80 lines, 10 lines, 2 levels, 3 parameters) are for reviewers. */
const linesMax = { file: 300, function: 50 }
const nestingMax = 4
const parametersMax = 5

const functions = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']
const branches = [
  'IfStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'SwitchStatement',
  'TryStatement',
]

const isFunction = ({ node }: Place): boolean => functions.includes(node.type) && isNode(node.body)

/** `suite(…, () => { … })` only groups tests: it is neither one piece of work nor a level of nesting. */
function groupsTests({ node, parent }: Place): boolean {
  const callee = parent?.node.type === 'CallExpression' ? parent.node.callee : undefined
  return callee !== node && ['suite', 'describe'].includes(nameOf(callee) ?? '')
}

function functionName({ node, parent }: Place): string {
  const named = [node.id, parent?.node.key, parent?.node.id].map(nameOf)
  return named.find((name) => name !== undefined) ?? 'a function without a name'
}

function functionFaults(file: SourceFile, why: (node: Node) => string | undefined): Fault[] {
  return file.places.filter(isFunction).flatMap((place) => {
    const name = functionName(place)
    const what = groupsTests(place) ? undefined : why(place.node)
    return what === undefined ? [] : [{ line: file.lineAt(place.node.start), name, what: `${name} ${what}` }]
  })
}

function isLevel(place: Place): boolean {
  const { node, parent, field } = place
  if (isFunction(place)) return isNode(node.body) && node.body.type === 'BlockStatement' && !groupsTests(place)
  const continuesIf = node.type === 'IfStatement' && parent?.node.type === 'IfStatement' && field === 'alternate'
  return branches.includes(node.type) && !continuesIf
}

/** Levels that a reader holds in mind here: branches and blocks of functions, not counting the outermost function. */
function levelsAt(place: Place): number {
  const levels: Place[] = []
  for (let at: Place | undefined = place; at; at = at.parent) if (isLevel(at)) levels.push(at)
  const outermost = levels.at(-1)
  return levels.length - (outermost && isFunction(outermost) ? 1 : 0)
}

function nestingFaults(file: SourceFile): Fault[] {
  const tooDeep = file.places.filter((place) => isLevel(place) && levelsAt(place) === nestingMax + 1)
  return tooDeep.map(({ node }) => ({ line: file.lineAt(node.start), what: `nested ${nestingMax + 1} levels deep` }))
}

function lengthFault(file: SourceFile, node: Node): string | undefined {
  const lines = file.lineAt(node.end) - file.lineAt(node.start) + 1
  return lines > linesMax.function ? `has ${lines} lines` : undefined
}

function parametersFault(node: Node): string | undefined {
  const count = Array.isArray(node.params) ? node.params.filter((each) => nameOf(each) !== 'this').length : 0
  return count > parametersMax ? `takes ${count} parameters` : undefined
}

const lines = (count: number): string => 'work()\n'.repeat(count)
const nested = (opening: string, levels: number): string => opening.repeat(levels) + '}'.repeat(levels)
const sample = (text: string) => ({ path: 'core/sample.ts', text })

export const sizeRules: readonly Rule[] = [
  {
    name: `no file has more than ${linesMax.file} lines`,
    appliesTo: isTypeScript,
    faults: (file) =>
      file.lineCount > linesMax.file ? [{ line: linesMax.file + 1, what: `${file.lineCount} lines` }] : [],
    wrong: [sample(lines(linesMax.file + 1))],
    right: [sample(lines(linesMax.file))],
  },
  {
    name: `no function has more than ${linesMax.function} lines`,
    appliesTo: isTypeScript,
    faults: (file) => functionFaults(file, (node) => lengthFault(file, node)),
    wrong: [
      sample(`function long() {\n${lines(linesMax.function)}}`),
      sample(`class A { long() {\n${lines(linesMax.function)}} }`),
      sample(`const long = () => {\n${lines(linesMax.function)}}`),
    ],
    right: [
      sample(`function long() {\n${lines(linesMax.function - 2)}}`),
      sample(`suite('long', () => {\n${lines(linesMax.function)}})`),
    ],
  },
  {
    name: `nothing is nested more than ${nestingMax} levels deep`,
    appliesTo: isTypeScript,
    faults: nestingFaults,
    wrong: [
      sample(`function deep() {${nested('if (more) {', nestingMax + 1)}}`),
      sample(`function deep() { each(() => {${nested('for (;;) {', nestingMax)}})}`),
    ],
    right: [
      sample(`function deep() {${nested('if (more) {', nestingMax)}}`),
      sample(`function flat() { if (a) {} ${'else if (b) {} '.repeat(nestingMax + 1)}}`),
      sample(`suite('all', () => { test('one', () => {${nested('if (more) {', nestingMax)}})})`),
    ],
  },
  {
    name: `no function takes more than ${parametersMax} parameters`,
    appliesTo: isTypeScript,
    faults: (file) => functionFaults(file, parametersFault),
    wrong: [sample('function wide(a, b, c, d, e, f) {}'), sample('const wide = (a, b, c, d, e, ...f) => a')],
    right: [sample('function wide(this: Link, a, b, c, d, e) {}')],
  },
]
