import type { TopicProperties } from '../core/index.js'
import { Failure } from './failure.js'

/** Properties from `key=value` arguments. The schema is loaded only when there are any. */
export async function propertiesFrom(options: readonly string[]): Promise<Partial<TopicProperties>> {
  const { problemText, readProperties } = await import('./config/index.js')
  const read = readProperties(options)
  if (read.kind === 'properties') return read.properties
  throw new Failure(2, read.problems.map((problem) => `rivulet: ${problemText(problem)}`).join('\n'))
}
