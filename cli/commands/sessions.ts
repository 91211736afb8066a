import type { ReportDocument } from '../../sdk/index.js'
import { RivuletError } from '../../sdk/index.js'
import type { ClientOptions } from '../client.js'
import { withSession } from '../client.js'
import { Failure } from '../failure.js'
import { printLine } from '../print-line.js'

/** `rivulet sessions list` */
export async function list(options: ClientOptions & { readonly json: boolean }): Promise<void> {
  await withSession(options, 'list sessions', async (session) => {
    const sessions = await session.sessions()
    const lines = options.json ? sessions.map((one) => JSON.stringify(one)) : aligned(sessions.map(withTime))
    for (const line of lines) await printLine(line)
  })
}

/** `rivulet sessions show ID` */
export async function show(id: string, options: ClientOptions): Promise<void> {
  const report = await withSession(options, `look at session ${id}`, (session) => known(id, session.showSession(id)))
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
}

/** `rivulet sessions remove ID` */
export async function remove(id: string, options: ClientOptions): Promise<void> {
  await withSession(options, `end session ${id}`, (session) => known(id, session.removeSession(id)))
  process.stdout.write('1 removed\n')
}

/** What is answered of a session, if there is one. */
async function known<T>(id: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw error instanceof RivuletError && error.code === 'notFound' ? unknownSession(id, error) : error
  }
}

function unknownSession(id: string, cause: RivuletError): Failure {
  return new Failure(1, `rivulet: there is no session ${id}: \`rivulet sessions list\` shows all`, { cause })
}

/** The start as people read it. */
function withTime({ startedMs, ...rest }: ReportDocument): ReportDocument {
  return typeof startedMs === 'number' ? { ...rest, started: new Date(startedMs).toISOString() } : rest
}

/** A table of what the gateway says of each; columns are its members, so that new ones show without a change here. */
export function aligned(rows: readonly ReportDocument[]): string[] {
  if (rows.length === 0) return []
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const cells = [
    columns.map((name) => name.toUpperCase()),
    ...rows.map((row) => columns.map((name) => cell(row[name]))),
  ]
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.replace(/\p{Cc}/gu, '?')
}
