/**
 * The house rules, as a table and a loop. The rules stand in support/tidy/; each brings samples that must be
 * caught and samples that must pass, so that a rule cannot fall asleep.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'mocha'
import { banRules } from './support/tidy/bans.js'
import { citations, pages, showsClauses, untested } from './support/tidy/clauses.js'
import { importRules } from './support/tidy/imports.js'
import { productFolders, repositoryRules, unanswered } from './support/tidy/repository.js'
import type { Fault, Rule, Sample } from './support/tidy/rule.js'
import { sizeRules } from './support/tidy/sizes.js'
import { readSource, repositoryPaths, root, SourceFile } from './support/tidy/source-file.js'
import { wordRules } from './support/tidy/words.js'

const rules: readonly Rule[] = [...importRules, ...sizeRules, ...banRules, ...wordRules, ...repositoryRules]

/**
 * Who may break which rule, and why: rule → file, or 'file: function' → reason. A parser or a state machine that
 * is easier to read whole belongs here. An exemption that is no longer needed fails.
 */
const exemptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'every import follows an arrow of the architecture and enters by the door': {
    'sdk/selector.ts':
      'which subscription an update belongs to must not depend on who answers: one selector engine on both ends',
  },
  'no file has more than 300 lines': {
    'core/flow/outbox.ts': 'one state machine: due, blocked, full, sent; whoever changes one state must see the others',
  },
}

const files = repositoryPaths().map(readSource)

const faultsIn = (rule: Rule, { path, text }: Sample): Fault[] =>
  rule.appliesTo(path) ? rule.faults(new SourceFile(path, text)) : []

function subjectOf(path: string, fault: Fault): string {
  return fault.name === undefined ? path : `${path}: ${fault.name}`
}

suite('tidy', () => {
  for (const rule of rules) {
    const exempt = exemptions[rule.name] ?? {}

    test(rule.name, () => {
      const found = files
        .filter(({ path }) => rule.appliesTo(path))
        .flatMap((file) => rule.faults(file).map((fault) => ({ ...fault, subject: subjectOf(file.path, fault), file })))
      const faults = found.filter(({ subject }) => exempt[subject] === undefined)
      const stale = Object.keys(exempt).filter((subject) => !found.some((fault) => fault.subject === subject))
      report(faults.map(({ file, line, what }) => `${file.path}:${line} ${what}`))
      report(stale.map((subject) => `${subject} no longer needs its exemption`))
    })

    test(`notices when not: ${rule.name}`, () => {
      const missed = rule.wrong.filter((sample) => faultsIn(rule, sample).length === 0)
      const accused = rule.right.filter((sample) => faultsIn(rule, sample).length > 0)
      assert.deepEqual({ missed, accused }, { missed: [], accused: [] })
    })
  }

  test('a link to a folder, as node_modules is in a second checkout, is not read as a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rivulet-tidy-'))
    try {
      execFileSync('git', ['init', '-q'], { cwd: folder })
      symlinkSync(tmpdir(), join(folder, 'linked'))
      writeFileSync(join(folder, 'a.ts'), '')
      assert.deepEqual(repositoryPaths(folder), ['a.ts'])
      writeFileSync(join(folder, '.gitignore'), readFileSync(`${root}.gitignore`))
      symlinkSync(tmpdir(), join(folder, 'node_modules'))
      const status = execFileSync('git', ['status', '--short'], { cwd: folder, encoding: 'utf8' })
      assert.doesNotMatch(status, /node_modules/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('every exemption is for a rule that exists', () => {
    report(Object.keys(exemptions).filter((name) => !rules.some((rule) => rule.name === name)))
  })

  test('every clause of the protocol and rule of the semantics is cited by a test, and nothing cites one that is not there', () => {
    const texts = new Map(files.map((file) => [file.path, file.text]))
    const clauses = pages.flatMap(({ name, path, numbers }) =>
      numbers(texts.get(path) ?? '').map((number) => `${name} ${number}`),
    )
    assert.ok(clauses.length > 80, `${clauses.length} clauses were found`)
    const shown = new Set(files.filter(({ path }) => showsClauses(path)).flatMap(({ text }) => citations(text)))
    const isThere = (cited: string) => clauses.some((clause) => clause === cited || clause.startsWith(`${cited}.`))
    const open = clauses.filter((clause) => !shown.has(clause) && untested[clause] === undefined)
    const stale = Object.keys(untested).filter((clause) => shown.has(clause) || !clauses.includes(clause))
    const dead = files.flatMap(({ path, text }) =>
      citations(text).flatMap((cited) => (isThere(cited) ? [] : [`${path}:1 cites ${cited}, which is not there`])),
    )
    report([
      ...open.map((clause) => `${clause} is cited by no test`),
      ...stale.map((clause) => `${clause} needs no exemption`),
    ])
    report(dead)
  })

  test('citations are seen wherever they stand', () => {
    const cited = ['x [SEM 1.2, 3.4] and [', 'PROTOCOL 4.10] [SEM', ' 5]'].join('')
    assert.deepEqual(citations(cited), ['SEM 1.2', 'SEM 3.4', 'PROTOCOL 4.10', 'SEM 5'])
  })

  test('every folder with product code answers three questions in its README', () => {
    const texts = new Map(files.map((file) => [file.path, file.text]))
    const folders = productFolders(files.map((file) => file.path))
    const faults = folders.map(
      (folder) => [`${folder}/README.md`, unanswered(texts.get(`${folder}/README.md`) ?? '')] as const,
    )
    report(faults.flatMap(([path, missing]) => missing.map((heading) => `${path}:1 lacks "${heading}"`)))
  })

  test('a README that leaves a question open is seen', () => {
    const readme = '# memory\n## What it does\nMuch.\n## What it may import\nNothing.\n'
    assert.deepEqual(unanswered(readme), ['## How to add one more'])
    assert.deepEqual(unanswered(`${readme}## How to add one more transport\nCopy it.`), [])
    assert.deepEqual(productFolders(['core/log/log.ts', 'test/a.ts', 'core/log/README.md']), ['core/log'])
  })
})

/** Fails with all faults at once, one a line, in the form that editors make clickable. */
function report(faults: readonly string[]): void {
  if (faults.length > 0) assert.fail(`\n${faults.join('\n')}`)
}
