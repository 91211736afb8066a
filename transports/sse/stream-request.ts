import { intervalOf, ratesExpected } from '../../codecs/rate/index.js'
import type { Delivery, Priority } from '../../core/index.js'
import { parseSelector } from '../../core/index.js'
import type { HttpRequest, Problem } from '../../net/index.js'
import { wrongParameter } from './problems.js'

/** What a reader asked for. */
export interface StreamRequest {
  readonly selectors: readonly string[]
  readonly snapshot: boolean
  /** Shortest time between two updates of one topic, ms; 0: as they come. */
  readonly intervalMs: number
  /** Null: as the topic says. */
  readonly delivery: Delivery | null
  readonly priority: Priority | null
  readonly attributes: boolean
  readonly patches: boolean
  readonly token: string | null
  /** The last event that the reader has; null: it has none. */
  readonly lastEventId: string | null
}

/** Reads the query by the rule of interfaces: percent-decoded, and nothing else. Each parameter but `topic` stands once. */
export function readStreamRequest(
  { url = '', headers }: Pick<HttpRequest, 'url' | 'headers'>,
  selectorsMax: number,
): StreamRequest | Problem {
  const query = parametersOf(url)
  if ('status' in query) return query
  const { selectors, others } = query
  const problem = problemWithSelectors(selectors, others.get('exact') === 'true', selectorsMax)
  if (problem) return problem
  for (const [name, value] of others) {
    const expected = wanted.get(name)
    if (!expected) return wrongParameter(`there is no parameter ${name.slice(0, 40)}; there are topic, ${known}`)
    if (!expected.fits(value)) return wrongParameter(`${name}=${value.slice(0, 40)}: ${expected.words}`)
  }
  return {
    selectors: distinct(selectors),
    ...read(others),
    lastEventId: lastEventIdIn(headers) ?? (others.get('lastEventId') || null),
  }
}

/** A selector that means the same as another would replace it. */
function distinct(selectors: readonly string[]): readonly string[] {
  return [...new Map(selectors.map((selector) => [canonical(selector), selector])).values()]
}

function canonical(selector: string): string {
  const parsed = parseSelector(selector)
  return parsed.kind === 'selector' ? parsed.selector.text : selector
}

interface Parameters {
  readonly selectors: readonly string[]
  readonly others: ReadonlyMap<string, string>
}

function parametersOf(url: string): Parameters | Problem {
  const question = url.indexOf('?')
  const selectors: string[] = []
  const others = new Map<string, string>()
  for (const part of question < 0 ? [] : url.slice(question + 1).split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = decoded(equals < 0 ? part : part.slice(0, equals))
    const value = decoded(equals < 0 ? '' : part.slice(equals + 1))
    if (name === null || value === null) return badEncoding(part)
    if (name === 'topic') selectors.push(value)
    else if (others.has(name)) return wrongParameter(`${name.slice(0, 40)} may stand once`)
    else others.set(name, value)
  }
  return { selectors, others }
}

const badEncoding = (part: string): Problem => ({
  status: 400,
  code: 'invalidEncoding',
  detail: `${part.slice(0, 80)} is not percent-encoded UTF-8`,
})

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

function problemWithSelectors(selectors: readonly string[], isExact: boolean, selectorsMax: number): Problem | null {
  if (selectors.length === 0) return wrongParameter('say what to read: ?topic=sensors/%23')
  if (selectors.length > selectorsMax)
    return { status: 400, code: 'tooManySelectors', detail: `a stream has at most ${selectorsMax} topics` }
  const cut = isExact ? undefined : selectors.find((selector) => selector.endsWith('/'))
  if (cut === undefined) return null
  return wrongParameter(
    `topic=${cut.slice(0, 200)} ends in /: write # as %23, since what stands behind # is not sent; if it is meant so, add exact=true`,
  )
}

interface Wanted {
  readonly words: string
  fits(value: string): boolean
}

const oneOf = (...values: readonly string[]): Wanted => ({
  words: `expected ${values.join(' or ')}`,
  fits: (value) => values.includes(value),
})
const anything: Wanted = { words: '', fits: () => true }
const flag = oneOf('true', 'false')

const wanted: ReadonlyMap<string, Wanted> = new Map([
  ['rate', { words: ratesExpected, fits: (value: string) => intervalOf(value) !== null }],
  ['snapshot', flag],
  ['delivery', oneOf('latest', 'all')],
  ['priority', oneOf('0', '1', '2', '3')],
  ['delta', oneOf('json-patch', 'none')],
  ['attributes', flag],
  ['exact', flag],
  ['token', anything],
  ['lastEventId', anything],
])
const known = [...wanted.keys()].join(', ')

function read(parameters: ReadonlyMap<string, string>): Omit<StreamRequest, 'selectors' | 'lastEventId'> {
  const rate = parameters.get('rate')
  const delivery = parameters.get('delivery')
  return {
    snapshot: parameters.get('snapshot') !== 'false',
    intervalMs: rate === undefined ? 0 : (intervalOf(rate) ?? 0),
    delivery: delivery === 'latest' || delivery === 'all' ? delivery : null,
    priority: priorities.get(parameters.get('priority') ?? '') ?? null,
    attributes: parameters.get('attributes') === 'true',
    patches: parameters.get('delta') === 'json-patch',
    token: parameters.get('token') ?? null,
  }
}

const priorities: ReadonlyMap<string, Priority> = new Map([
  ['0', 0],
  ['1', 1],
  ['2', 2],
  ['3', 3],
])

/** What the browser says by itself when it comes back is newer than what the page put into the URL. */
function lastEventIdIn(headers: HttpRequest['headers']): string | null {
  const field = headers['last-event-id']
  return typeof field === 'string' && field !== '' ? field : null
}
