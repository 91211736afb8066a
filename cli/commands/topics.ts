import type { TopicProperties } from '../../core/index.js'
import type { FetchedTopic, Session } from '../../sdk/index.js'
import { RivuletError } from '../../sdk/index.js'
import type { ClientOptions } from '../client.js'
import { withSession } from '../client.js'
import { propertiesFrom } from '../create-options.js'
import { Failure } from '../failure.js'
import { escaped, jsonLine, printable } from '../output.js'
import { printLine } from '../print-line.js'
import { tellUnreadable } from '../print-update.js'
import { differences, unusualProperties } from '../spelled-properties.js'

/** `rivulet topics list [SELECTOR]` */
export async function list(selector: string, options: ClientOptions & { readonly json: boolean }): Promise<void> {
  await withSession(options, `list ${selector}`, async (session) => {
    for await (const topic of session.fetchEach(selector, { describe: true })) {
      await printLine(options.json ? JSON.stringify(description(topic)) : brief(topic))
    }
  })
}

/** `rivulet topics show PATH` */
export async function show(path: string, options: ClientOptions): Promise<void> {
  await withSession(options, `look at ${path}`, async (session) => {
    const topic = await onlyTopic(session, path)
    process.stdout.write(`${JSON.stringify(description(topic), null, 2)}\n`)
  })
}

/** `rivulet topics create PATH [KEY=VALUE…]` */
export async function create(path: string, properties: readonly string[], options: ClientOptions): Promise<void> {
  const wanted = await propertiesFrom(properties)
  await withSession(options, `create ${path}`, async (session) => {
    try {
      await session.create(path, wanted)
    } catch (error) {
      if (!(error instanceof RivuletError && error.code === 'alreadyExists')) throw error
      throw (await existing(session, path, wanted)) ?? error
    }
  })
}

/** `rivulet topics remove SELECTOR` */
export async function remove(selector: string, options: ClientOptions): Promise<void> {
  const count = await withSession(options, `remove ${selector}`, (session) => session.remove(selector))
  if (count === 0) throw new Failure(1, `rivulet: no topic matches ${selector}: \`rivulet topics list\` shows all`)
  process.stdout.write(`${count} removed\n`)
}

/** How the topic that is there differs; null: it cannot be seen. */
async function existing(session: Session, path: string, wanted: Partial<TopicProperties>): Promise<Failure | null> {
  const [topic] = await session.fetch(path, { describe: true })
  if (topic === undefined || topic.properties === null) return null
  const differs = differences(wanted, topic.properties).join('; ')
  return new Failure(
    1,
    `rivulet: ${path} exists with other properties: ${differs}; remove it first, or take it as it is`,
  )
}

async function onlyTopic(session: Session, path: string): Promise<FetchedTopic> {
  const [topic, ...others] = await session.fetch(path, { describe: true })
  if (topic === undefined) throw new Failure(1, `rivulet: there is no topic ${path}: \`rivulet topics list\` shows all`)
  if (others.length > 0)
    throw new Failure(2, `rivulet: ${path} matches several topics: \`rivulet topics list '${path}'\``)
  return topic
}

/** Everything there is to say about a topic; what belongs to a value is left out where there is none. */
function description(topic: FetchedTopic): object {
  const { path, bytes, time, properties } = topic
  if (bytes === null) return { path, properties }
  const shown = printable(topic)
  tellUnreadable(shown)
  const { type, value, version, invalid } = JSON.parse(jsonLine(shown))
  return { path, type, value, version, ...(invalid && { invalid }), time, properties }
}

/** Path and type, then what differs from a topic that nobody configured. */
function brief(topic: FetchedTopic): string {
  const path = escaped(topic.path)
  const { properties } = topic
  if (properties === null) return `${path} ${topic.type}`
  return [path, topic.bytes === null ? 'no value' : topic.type, ...unusualProperties(properties)].join(' ')
}
