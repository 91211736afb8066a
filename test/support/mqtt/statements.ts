import { join } from 'node:path'
import type { Statement } from '../statements/statement.js'
import { readStatements } from '../statements/statement.js'
import { root } from '../tidy/source-file.js'

const folder = join(root, 'transports/mqtt')

/** Every numbered demand of both MQTT standards, with what we have to show for it. */
export const statements: readonly Statement[] = ['3.1.1', '5.0'].flatMap((standard) =>
  readStatements(join(folder, 'statements', `mqtt-${standard}.json`)),
)

/** The same for readers. */
export const pageFile: string = join(folder, 'STATEMENTS.md')
