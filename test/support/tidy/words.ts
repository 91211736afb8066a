import { basename } from 'node:path'
import type { Fault, Rule } from './rule.js'
import { isProductOf, isTypeScript } from './rule.js'
import type { Node, SourceFile } from './source-file.js'
import { isNode, nameOf } from './source-file.js'

const declarations = [
  'ClassDeclaration',
  'FunctionDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSEnumDeclaration',
]

/** Endings that say nothing; `base` on its own is a word of the delta codec. */
const emptyName = /(Impl|Manager|Base|Utils?|Helpers?)$/
const emptyFileName = /(^|-)(impl|manager|base|utils?|helpers?)$/

function emptyNames(file: SourceFile): Fault[] {
  const stem = basename(file.path).replace(/\..*$/, '')
  const inFileName = emptyFileName.test(stem) ? [{ line: 1, what: `the file name ${stem}` }] : []
  const declared = file.places.filter(({ node }) => declarations.includes(node.type))
  return [
    ...inFileName,
    ...declared.flatMap(({ node }) => {
      const name = nameOf(node.id) ?? ''
      return emptyName.test(name) ? [{ line: file.lineAt(node.start), what: name }] : []
    }),
  ]
}

const hasWords = (text: string, count: number): boolean =>
  text.split(/\s+/).filter((word) => /\w/.test(word)).length >= count

/** What a comment says after a marker such as a suppression, up to the end of that line. */
function reasonAfter(comment: string, marker: RegExp): string | undefined {
  const found = marker.exec(comment)
  return found ? comment.slice(found.index + found[0].length).split('\n')[0] : undefined
}

function commentFaults(file: SourceFile, marker: RegExp, words: number, what: string): Fault[] {
  return file.comments.flatMap((comment) => {
    const reason = reasonAfter(comment.value, marker)
    return reason === undefined || hasWords(reason, words) ? [] : [{ line: file.lineAt(comment.start), what }]
  })
}

const unfinished = /\b(TODO|FIXME|XXX|HACK)\b/
const suppression = /biome-ignore\S*\s+\S+:|@ts-(ignore|expect-error|nocheck)|\b[cv]8 ignore( next| start| stop)?/

function undocumented(file: SourceFile): Fault[] {
  return file.places.flatMap(({ node, parent }) => {
    if (node.type !== 'ExportNamedDeclaration' || parent?.node.type !== 'Program') return []
    const isBare = isNode(node.declaration) && !hasDocComment(file, node) && !isOverload(file, node)
    return isBare
      ? [{ line: file.lineAt(node.start), what: `${exportedName(node.declaration)} has no doc comment` }]
      : []
  })
}

function hasDocComment(file: SourceFile, node: Node): boolean {
  const before = file.comments.findLast((comment) => comment.end <= node.start)
  return (
    before?.type === 'Block' && before.value.startsWith('*') && file.text.slice(before.end, node.start).trim() === ''
  )
}

/** A second signature of one function shares the comment of the first. */
function isOverload(file: SourceFile, node: Node): boolean {
  const name = exportedName(node.declaration)
  const named = file.places.filter(
    (each) => each.node.type === 'ExportNamedDeclaration' && exportedName(each.node.declaration) === name,
  )
  return named[0] !== undefined && named[0].node.start < node.start
}

function exportedName(declaration: unknown): string | undefined {
  if (!isNode(declaration)) return undefined
  const [first] = Array.isArray(declaration.declarations) ? declaration.declarations : [declaration]
  return isNode(first) ? nameOf(first.id) : undefined
}

const sample = (path: string, ...texts: readonly string[]) => texts.map((text) => ({ path, text }))

export const wordRules: readonly Rule[] = [
  {
    name: 'no name ends in a word that says nothing (Impl, Manager, Base, Util, Helper)',
    appliesTo: isTypeScript,
    faults: emptyNames,
    wrong: [
      ...sample(
        'sdk/a.ts',
        'class SessionManager {}',
        'interface LinkImpl {}',
        'type TestUtils = 1',
        'function parseHelper() {}',
      ),
      ...sample('sdk/string-utils.ts', ''),
      ...sample('sdk/helpers.test.ts', ''),
    ],
    right: sample('sdk/database.ts', 'const deltaBase = 1', 'class Baseline {}', 'let utilization = 1'),
  },
  {
    name: 'what is unfinished says in a sentence what is missing and why',
    appliesTo: isTypeScript,
    faults: (file) => commentFaults(file, unfinished, 4, 'unfinished, without a reason'),
    wrong: sample('sdk/a.ts', '// TODO', '/* FIXME: later */', 'a() // XXX fix this'),
    right: sample('sdk/a.ts', '// TODO: the peer cannot say this before version 2 of the protocol', "const a = 'TODO'"),
  },
  {
    name: 'every suppressed diagnostic gives its reason',
    appliesTo: isTypeScript,
    faults: (file) => commentFaults(file, suppression, 3, 'suppressed without a reason'),
    wrong: sample('sdk/a.ts', '// @ts-expect-error', '// biome-ignore lint/style/useConst: ok', '/* c8 ignore next */'),
    right: sample(
      'sdk/a.ts',
      '// biome-ignore lint/style/useConst: the library reassigns it',
      '// @ts-expect-error: a wrong call is what is tested',
    ),
  },
  {
    name: 'everything that core exports carries a doc comment',
    appliesTo: (path) => isProductOf('core')(path) && path !== 'core/index.ts',
    faults: undocumented,
    wrong: sample(
      'core/a.ts',
      'export const a = 1',
      '// not a doc comment\nexport class A {}',
      '/** Doc. */\nconst b = 1\nexport type A = 1',
    ),
    right: sample(
      'core/a.ts',
      '/** A. */\nexport const a = 1',
      'const a = 1',
      "export { b } from './b.js'",
      '/** F. */\nexport function f(a: 1): 1\nexport function f(a: 2): 2\nexport function f(a: 1 | 2) { return a }',
    ),
  },
]
