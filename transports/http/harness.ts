import { parseVersion } from '../../codecs/position/index.js'
import type { ClientMessage, GatewayMessage, Publish, RefusalCode } from '../../core/index.js'
import { defaultProperties, refusals } from '../../core/index.js'
import { HttpListener, parseHttpOptions } from '../../net/index.js'
import type { Listening, TransportHarness } from '../../test/conformance/harness.js'
import { transport } from './index.js'

/** How the conformance suite calls the HTTP API. */
export const harness: TransportHarness = {
  serves: { streams: false, requests: true },
  time: 'real',
  exempt: {
    'without a session: what needs one is refused as unsupported [PROTOCOL 6.7]':
      'there is no call for what needs a session: it cannot be asked for',
  },
  create: async (gateway, frameBytesMax): Promise<Listening> => {
    const log = { info: () => undefined, warn: () => undefined }
    const http = new HttpListener(parseHttpOptions({ port: 0 }))
    const running = transport.create(transport.parseOptions({}), { gateway, http, log, frameBytesMax })
    await running.listen()
    const { authority } = await http.listen()
    return {
      dial: () => Promise.reject(new Error('calls have no links')),
      ask: (message) => asked(`http://${authority}/api/v1`, message),
      close: async () => {
        await running.close()
        await http.close()
      },
    }
  },
}

function asked(base: string, message: ClientMessage): Promise<GatewayMessage> {
  switch (message.kind) {
    case 'publish':
      return published(base, message)
    case 'create':
      return done(base, '/topics', {
        method: 'POST',
        body: JSON.stringify({ path: message.path, properties: message.properties }),
      })
    case 'remove':
      return done(base, `/topics?select=${encodeURIComponent(message.selector)}`, { method: 'DELETE' })
    case 'fetch':
      return fetched(base, message)
    case 'administer':
      return reported(base)
    default:
      return Promise.reject(new Error(`there is no call for ${message.kind}`))
  }
}

async function published(base: string, { path, value, type, expect, sequence }: Publish): Promise<GatewayMessage> {
  const typed = type === null ? '' : `&type=${type}`
  const condition: Record<string, string> = expect?.kind === 'absent' ? { 'if-none-match': '*' } : {}
  const url = `${base}/topic?path=${encodeURIComponent(path ?? '')}${typed}`
  const answer = await fetch(url, { method: 'PUT', body: Buffer.from(value), headers: condition })
  const tag = parseVersion((answer.headers.get('etag') ?? '').slice(1, -1))
  if (answer.ok && tag !== null) return { kind: 'accepted', sequence, version: tag.version }
  return { kind: 'publishRefused', sequence, refusal: await refusalIn(answer) }
}

async function done(base: string, call: string, init: RequestInit): Promise<GatewayMessage> {
  const answer = await fetch(`${base}${call}`, init)
  if (!answer.ok) return { kind: 'refused', request: 1, refusal: await refusalIn(answer) }
  const { removed = 1 } = answer.status === 204 ? {} : Object(await answer.json())
  return { kind: 'done', request: 1, count: removed }
}

interface Page {
  readonly topics: readonly {
    readonly path: string
    readonly value: unknown
    readonly version: string
    readonly time: number
  }[]
  readonly after: string | null
}

async function fetched(
  base: string,
  { selector, limit, after }: ClientMessage & { kind: 'fetch' },
): Promise<GatewayMessage> {
  const query = `select=${encodeURIComponent(selector)}&limit=${limit}${after === null ? '' : `&after=${after}`}`
  const answer = await fetch(`${base}/topics?${query}`)
  if (!answer.ok) return { kind: 'refused', request: 1, refusal: await refusalIn(answer) }
  const page: Page = JSON.parse(await answer.text())
  const topics = page.topics.map(({ path, value, version, time }) => ({
    path,
    value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    type: 'json' as const,
    version: parseVersion(version)?.version ?? { offset: 0, previous: 0 },
    timeMs: time,
    attributes: null,
    properties: defaultProperties,
  }))
  return { kind: 'fetched', request: 1, topics, after: page.after }
}

async function reported(base: string): Promise<GatewayMessage> {
  const answer = await fetch(`${base}/gateway`)
  return { kind: 'report', request: 1, document: await answer.text() }
}

async function refusalIn(answer: Response) {
  const { code, detail } = Object(await answer.json())
  return { code: isRefusal(code) ? code : 'unsupported', detail } as const
}

function isRefusal(code: string): code is RefusalCode {
  return Object.hasOwn(refusals, code)
}
