import type { Statement } from './statement.js'
import { nameOf } from './statement.js'

/** What is wrong with the table as such: numbers that are missing, unknown or doubled, rows that say too much. */
export function tableFaults(statements: readonly Statement[], numbers: readonly string[]): string[] {
  const names = statements.map(nameOf)
  return [
    ...numbers.filter((number) => !names.includes(number)).map((number) => `${number} is missing`),
    ...names.filter((name) => !numbers.includes(name)).map((name) => `${name} is no statement of the standard`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} stands there twice`),
    ...statements.filter(saysBoth).map((statement) => `${nameOf(statement)} has a test and a reason why there is none`),
    ...statements
      .filter(isIdle)
      .map((statement) => `${nameOf(statement)} has a mutation and no test that it could break`),
  ]
}

const saysBoth = ({ test, reason }: Statement): boolean => test !== undefined && reason !== undefined
const isIdle = ({ test, mutation }: Statement): boolean => mutation !== undefined && test === undefined

/** Rows that show nothing yet: neither a test nor a reason. */
export const open = (statements: readonly Statement[]): string[] =>
  statements.filter(({ test, reason }) => test === undefined && reason === undefined).map(nameOf)

/** Rows whose test has not shown that it can fail. */
export const withoutMutation = (statements: readonly Statement[]): string[] =>
  statements.filter(({ test, mutation }) => test !== undefined && mutation === undefined).map(nameOf)

/** Mutations that cannot be applied: `read` gives the text of a file, or undefined where there is none. */
export function mutationFaults(statements: readonly Statement[], read: (file: string) => string | undefined): string[] {
  return statements.flatMap((statement) => {
    const why = whyNotApplied(statement, read)
    return why === undefined ? [] : [`${nameOf(statement)}: ${why}`]
  })
}

function whyNotApplied({ mutation }: Statement, read: (file: string) => string | undefined): string | undefined {
  if (mutation === undefined) return undefined
  const { file, find, replace } = mutation
  if (find === replace) return 'the mutation changes nothing'
  if (find.includes('\n')) return 'the mutation takes more than one line'
  const text = read(file)
  if (text === undefined) return `${file} is not there`
  const times = text.split(find).length - 1
  return times === 1 ? undefined : `${file} has ${times} times: ${find}`
}
