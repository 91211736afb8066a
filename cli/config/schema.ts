import { z } from 'zod'
import { defaultLimits } from '../../core/index.js'
import { logLevels } from '../../ops/index.js'
import { authSection, permissionsSection, selector } from './access-section.js'
import type { SecretSources } from './fields.js'
import { choice, port, section, text, truth, wholeNumber } from './fields.js'
import { namedProperties, topicPropertyFields } from './topic-properties.js'

const address = 'a host name or an address'

/** The configuration as one schema. What `http` and a transport understand is known to their folders alone (`owned-sections.ts`). */
export function configSchema(sources: SecretSources) {
  return section({
    // Read by its owner, net/.
    http: z.record(z.string(), z.unknown(), { error: 'a mapping of settings' }).default({}),
    ops: section({
      host: text(address).default('127.0.0.1'),
      port: port().default(9464),
      systemTopicsMs: wholeNumber(0, 3_600_000).default(10_000),
    }).prefault({}),
    data: section({
      dir: text('a folder for durable state').optional(),
      commit: choice(['interval', 'always']).default('interval'),
      syncMs: wholeNumber(1, 3_600_000).default(1_000),
    }).prefault({}),
    log: section({ level: choice(logLevels).default('info') }).prefault({}),
    limits: section(limitFields()).prefault({}),
    topics: section({ rules: z.array(topicRule(), { error: 'a list of rules' }).default([]) }).prefault({}),
    auth: authSection(sources).optional(),
    permissions: permissionsSection().optional(),
    transports: z.record(z.string(), z.unknown(), { error: 'a mapping of transports to their options' }).default({}),
  })
}

/** What the schema makes of a configuration. */
export type Settings = z.output<ReturnType<typeof configSchema>>

/** Core's limits are the list; a new one is a key at once. */
function limitFields() {
  const names = Object.keys(defaultLimits)
  return Object.fromEntries(names.map((name) => [name, wholeNumber(1, 2 ** 40).optional()] as const))
}

function topicRule() {
  const fields = { selector: selector(), tellRemovals: truth().optional(), ...topicPropertyFields }
  return section(fields, 'a rule: {selector, and properties of a topic}').transform(
    ({ selector: topics, tellRemovals, ...given }) => {
      const properties = namedProperties(given)
      return { selector: topics, properties, ...(tellRemovals !== undefined && { tellsRemovals: tellRemovals }) }
    },
  )
}
