import { readFileSync } from 'node:fs'
import { z } from 'zod'

const mutation = z.strictObject({ file: z.string(), find: z.string(), replace: z.string() })

const row = z.strictObject({
  number: z.string(),
  demands: z.string(),
  side: z.enum(['server', 'client', 'both']),
  test: z.string().optional(),
  reason: z.string().optional(),
  mutation: mutation.optional(),
})

const table = z.strictObject({ standard: z.string(), statements: z.array(row) })

/** One line of a file made wrong: `find` stands there once, and `replace` takes its place. */
export type Mutation = z.infer<typeof mutation>

/** One numbered demand of a standard, and what we have to show for it. */
export interface Statement {
  /** '3.1.1', '5.0' */
  readonly standard: string
  /** 'MQTT-3.1.2-24'; counted in each standard by itself. */
  readonly number: string
  /** In our own words. */
  readonly demands: string
  /** Whom it binds. */
  readonly side: 'server' | 'client' | 'both'
  /** 'path/of/file.test.ts: title of the test', which proves it. */
  readonly test?: string | undefined
  /** Why no test can prove it here. */
  readonly reason?: string | undefined
  /** Makes the test fail. */
  readonly mutation?: Mutation | undefined
}

/** The statements of one standard, in its order. Throws where the file is not such a table. */
export function readStatements(file: string): Statement[] {
  const { standard, statements } = table.parse(JSON.parse(readFileSync(file, 'utf8')))
  return statements.map((statement) => ({ standard, ...statement }))
}

/** '5.0 MQTT-3.1.2-24': what tells one statement from all others. */
export const nameOf = ({ standard, number }: Statement): string => `${standard} ${number}`

/** The file and the title in the name of a test. */
export function splitTest(name: string): { readonly file: string; readonly title: string } {
  const [file = '', ...title] = name.split(': ')
  return { file, title: title.join(': ') }
}
