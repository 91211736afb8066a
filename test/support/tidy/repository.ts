import { dirname } from 'node:path'
import type { Fault, Rule } from './rule.js'
import { isProduct } from './rule.js'
import type { SourceFile } from './source-file.js'

/** What would tie the repository to one machine or one server. */
const ties: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.~-])\/(work|home|root|Users|workspace|mnt)\/[\w.-]+/, 'a path on somebody’s machine'],
  [/\b[A-Z]:\\\w+/, 'a path on somebody’s machine'],
  [
    /\b(registry\.(npmjs|yarnpkg)|repo1?\.maven|deb\.debian|security\.debian|proxy\.golang|pypi|pythonhosted)\.\w+/,
    'the host of a package registry',
  ],
]

function tiesIn(file: SourceFile): Fault[] {
  return file.text.split('\n').flatMap((text, index) =>
    ties.flatMap(([pattern, what]) => {
      const found = pattern.exec(text)?.[0]
      return found === undefined ? [] : [{ line: index + 1, what: `${found}: ${what}` }]
    }),
  )
}

const binary = /\.(png|ico|woff2?|bin|gz|tgz|parquet)$/

// The samples are put together here, so that this file does not break the rule it tests.
const sample = (...parts: readonly string[]) => ({ path: 'docs/a.md', text: parts.join('/') })

export const repositoryRules: readonly Rule[] = [
  {
    name: 'no file names a path of one machine or the host of a package registry',
    appliesTo: (path) => !binary.test(path),
    faults: tiesIn,
    wrong: [
      sample('see ', 'work', 'main/core'),
      sample('', 'root', 'x'),
      sample('https:', '', ['registry', 'npmjs.org'].join('.')),
    ],
    right: [
      sample('see core', 'root', 'x'),
      sample('https:', '', 'www.apache.org', 'licenses'),
      sample('~', 'work', 'rivulet'),
    ],
  },
]

const questions: readonly (readonly [RegExp, string])[] = [
  [/^#+ what .*\bdoes\b/im, '## What it does'],
  [/^#+ .*\bmay import\b/im, '## What it may import'],
  [/^#+ .*\badd one more\b/im, '## How to add one more'],
]

/** Headings that a folder's README lacks; each folder answers the same three questions. */
export const unanswered = (readme: string): string[] =>
  questions.filter(([pattern]) => !pattern.test(readme)).map(([, heading]) => heading)

/** The folders that need a README: those that hold product code themselves. */
export const productFolders = (paths: readonly string[]): string[] => [...new Set(paths.filter(isProduct).map(dirname))]
