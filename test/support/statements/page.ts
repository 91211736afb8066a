import type { Statement } from './statement.js'
import { splitTest } from './statement.js'

const introduction = `# Statements of the MQTT standards

Each numbered demand of MQTT 3.1.1 and 5.0 in our own words, with the test that proves it or the reason why none does. Numbers are
those of appendix B of each standard; it skips 2.2.1-1 of 5.0, and two numbers of 3.1.1 that it prints as 3.1.2.7 and 3-8.3-4 are
spelled like the others here. Made from the tables in \`statements/\`, whose README says how.
`

/** The tables as a page for readers. */
export function statementsPage(statements: readonly Statement[]): string {
  const standards = [...new Set(statements.map(({ standard }) => standard))]
  const chapters = standards.map((standard) =>
    chapter(
      standard,
      statements.filter((statement) => statement.standard === standard),
    ),
  )
  return [introduction, ...chapters].join('\n')
}

function chapter(standard: string, statements: readonly Statement[]): string {
  const head = `## MQTT ${standard}\n\n${summary(statements)}\n\n| Number | Binds | Demands | Shown by |\n|---|---|---|---|\n`
  return head + statements.map(line).join('')
}

function summary(statements: readonly Statement[]): string {
  const tested = statements.filter(({ test }) => test !== undefined).length
  const reasoned = statements.filter(({ reason }) => reason !== undefined).length
  const left = statements.length - tested - reasoned
  const counted = `${statements.length} statements: ${tested} are proven by tests, ${reasoned} are not for us to prove`
  return left === 0 ? `${counted}.` : `${counted}, ${left} are open.`
}

function line({ number, side, demands, test, reason }: Statement): string {
  return `| ${number.replace('MQTT-', '')} | ${side} | ${cell(demands)} | ${cell(shownBy(test, reason))} |\n`
}

function shownBy(test: string | undefined, reason: string | undefined): string {
  if (test === undefined) return reason ?? '**open**'
  const { file, title } = splitTest(test)
  return `*${title}*, \`${file}\``
}

const cell = (text: string): string => text.replaceAll('|', '\\|')
