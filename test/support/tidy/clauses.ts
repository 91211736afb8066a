import { isTest } from './rule.js'

/** A page whose rules have numbers, under the name by which they are cited. */
interface Page {
  readonly name: string
  readonly path: string
  numbers(text: string): string[]
}

/** `- **3.4** …` */
const wireClauses = (text: string): string[] =>
  [...text.matchAll(/^- \*\*(\d+\.\d+)\*\*/gm)].map(([, number = '']) => number)

/** The fourth point of the third section is 3.4. */
function sectionedRules(text: string): string[] {
  return text
    .split(/^## /m)
    .slice(1)
    .flatMap((section) =>
      [...section.matchAll(/^(\d+)\. /gm)].slice(1).map(([, rule]) => `${Number.parseInt(section, 10)}.${rule}`),
    )
}

/** The pages that tests hold the code against. */
export const pages: readonly Page[] = [
  { name: 'PROTOCOL', path: 'proto/PROTOCOL.md', numbers: wireClauses },
  { name: 'SEM', path: 'docs/concepts/semantics.md', numbers: sectionedRules },
]

/** Files whose citations say that a clause is tested: tests, what they share, and the golden vectors. */
export const showsClauses = (path: string): boolean =>
  isTest(path) || path.startsWith('test/') || path.endsWith('/harness.ts') || path.startsWith('proto/vectors/')

/** What a file cites, as in `SEM 3.4`; a whole section has no point. Golden vectors cite the protocol in a field of their own. */
export function citations(text: string): string[] {
  const cited = [...text.matchAll(/\[(PROTOCOL|SEM) (\d[\d., ]*)\]/g)]
  const inVectors = [...text.matchAll(/"clause": "([\d.]+)"/g)]
  return [
    ...cited.flatMap(([, page, numbers = '']) => numbers.split(/, */).map((number) => `${page} ${number}`)),
    ...inVectors.map(([, number]) => `PROTOCOL ${number}`),
  ]
}

/** Clauses that no test cites, with the reason why none can. */
export const untested: Readonly<Record<string, string>> = {
  'PROTOCOL 10.2': 'says that there is nothing to check',
  'PROTOCOL 11.3': 'a promise about later versions of the protocol: there is one so far',
  'PROTOCOL 11.4': 'a promise about later versions of the protocol: there is one so far',
}
