import type { TopicProperties } from '../../core/index.js'
import { section } from './fields.js'
import type { Problem } from './problem.js'
import { schemaProblems } from './schema-problems.js'
import { readSetOptions } from './set-layer.js'
import { namedProperties, topicPropertyFields } from './topic-properties.js'

/** What reading properties from a command line gives. */
export type ReadProperties =
  | { readonly kind: 'properties'; readonly properties: Partial<TopicProperties> }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }

/** Reads `delivery=all`, `history.count=100` and the like; the words are those of `topics.rules` in a configuration. */
export function readProperties(options: readonly string[]): ReadProperties {
  const { layer, problems } = readSetOptions(options, null)
  const schema = section(topicPropertyFields)
  const parsed = schema.safeParse(layer.tree, { reportInput: true })
  const wrong = [...problems, ...(parsed.success ? [] : schemaProblems(schema, layer, parsed.error.issues))]
  if (wrong.length > 0 || !parsed.success)
    return { kind: 'problems', problems: wrong.map((each) => ({ ...each, where: '' })) }
  return { kind: 'properties', properties: namedProperties(parsed.data) }
}
