import type { RouteConfig } from '@hono/zod-openapi'
import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { CallName } from './calls.js'
import { calls } from './calls.js'
import { problemCodes } from './problems.js'
import { propertyNames } from './properties.js'

/** What is said of a call beside where it is found. */
interface Words {
  readonly summary: string
  readonly description: string
  readonly example?: string
  readonly body?: Readonly<Record<string, z.ZodType>>
  /** Answers that are no problems. */
  readonly answers: RouteConfig['responses']
  /** The statuses of problems that this call has beside those of all. */
  readonly problems?: readonly number[]
  readonly headers?: Readonly<Record<string, string>>
}

const bytes = z.string().openapi({ format: 'binary' })
const json = z.unknown()

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: `Stable. One of: ${problemCodes.join(', ')}`, example: 'notFound' }),
    detail: z.string().openapi({ description: 'For people; may change.' }),
  })
  .openapi('Problem')

const propertiesSchema = z
  .object({
    type: z.enum(['json', 'string', 'int64', 'double', 'binary']).optional(),
    delivery: z.enum(['latest', 'all']).optional(),
    history: z.object({ count: z.int().optional(), age: z.string().optional(), bytes: z.int().optional() }).optional(),
    keep: z.boolean().optional(),
    deltas: z.boolean().optional(),
    priority: z.int().min(0).max(3).optional(),
    owner: z.string().optional(),
    persist: z.boolean().optional(),
    removal: z
      .object({ after: z.string().optional(), unsubscribedFor: z.string().optional(), idleFor: z.string().optional() })
      .optional(),
  })
  .openapi('Properties')

const topicSchema = z
  .object({
    path: z.string(),
    type: z.enum(['json', 'string', 'int64', 'double', 'binary']),
    version: z.string().openapi({ description: 'The entity tag of the value, without its quotes.' }),
    time: z.int().openapi({ description: 'Milliseconds since 1970.' }),
    value: z
      .unknown()
      .optional()
      .openapi({ description: 'JSON as it is, text as a string, bytes as {"base64": "…"}.' }),
    contentType: z.string().optional(),
    properties: propertiesSchema,
  })
  .openapi('Topic')

const pageSchema = z.object({ topics: z.array(topicSchema), after: z.string().nullable() }).openapi('Page')

const summarySchema = z
  .object({
    lines: z.int(),
    accepted: z.int(),
    failed: z.int(),
    failures: z.array(z.object({ line: z.int(), code: z.string(), detail: z.string() })),
    failuresCut: z.boolean().openapi({ description: 'There are more failures than are listed.' }),
  })
  .openapi('Summary')

const answer = (description: string, content?: Readonly<Record<string, z.ZodType>>) => ({
  description,
  ...(content && { content: contentOf(content) }),
})

const contentOf = (content: Readonly<Record<string, z.ZodType>>) =>
  Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }]))

const read: Words = {
  summary: 'Read a topic',
  description:
    'The bytes of the value as they were published. With wait and If-None-Match the answer comes when the value is another one, or the time is over.',
  example: 'curl http://127.0.0.1:8080/api/v1/topics/sensors/7/temp',
  answers: {
    200: answer('The value', { 'application/json': json, 'text/plain': z.string(), 'application/octet-stream': bytes }),
    206: answer('Parts of it', { 'application/octet-stream': bytes, 'multipart/byteranges': bytes }),
    304: answer('It is the version that If-None-Match names'),
  },
  problems: [404, 412, 416],
  headers: {
    'if-none-match': 'Versions that the client has',
    'if-match': 'Versions that it must be',
    range: 'Parts that are wanted, bytes=0-99',
    'if-range': 'The version that the parts are of',
  },
}

const conditions = {
  'if-match': 'Versions that the topic must have, or * for any',
  'if-none-match': '* : the topic must not exist',
}

const keyed = { 'idempotency-key': 'A write with the same key is done once, and answered alike' }

const write: Words = {
  summary: 'Publish to a topic',
  description:
    'Publishes the body. The first publish makes the topic, with the properties that the query names. The type is that of Content-Type, or of the query.',
  example:
    "curl -X PUT -H 'content-type: application/json' -d '{\"c\":21.5}' http://127.0.0.1:8080/api/v1/topics/sensors/7/temp",
  body: { 'application/json': json, 'text/plain': z.string(), 'application/octet-stream': bytes },
  answers: { 201: answer('The topic is new'), 204: answer('Published') },
  problems: [409, 412, 413, 415, 422, 507],
  headers: { ...conditions, ...keyed },
}

const patch: Words = {
  summary: 'Change a part of a value',
  description: 'Applies a merge patch (RFC 7396) or a JSON patch (RFC 6902) as a whole, or not at all.',
  body: {
    'application/merge-patch+json': json,
    'application/json-patch+json': z.array(z.record(z.string(), z.unknown())),
  },
  answers: { 201: answer('A merge patch made the topic'), 204: answer('Changed') },
  problems: [404, 409, 412, 413, 415, 422],
  headers: { ...conditions, ...keyed },
}

const remove: Words = {
  summary: 'Remove a topic',
  description: 'Removes the topic. Whoever reads it is told.',
  answers: { 204: answer('Removed') },
  problems: [404, 412],
  headers: { ...conditions, ...keyed },
}

const report = { 200: answer('A document whose members may grow', { 'application/json': json }) }

const words: Readonly<Record<CallName, Words>> = {
  readTopic: read,
  readNamedTopic: read,
  writeTopic: write,
  writeNamedTopic: write,
  patchTopic: patch,
  patchNamedTopic: patch,
  removeTopic: remove,
  removeNamedTopic: remove,
  listTopics: {
    summary: 'List topics',
    description:
      'A page of the topics that a selector matches, with values and properties, in the order of the tree. The next page is asked for with after, soon.',
    answers: { 200: answer('A page', { 'application/json': pageSchema }) },
    problems: [404],
  },
  createTopic: {
    summary: 'Create a topic',
    description: 'Makes a topic without a value. The same properties again are accepted.',
    body: { 'application/json': z.object({ path: z.string(), properties: propertiesSchema.optional() }) },
    answers: { 204: answer('It is there') },
    problems: [409, 413, 507],
    headers: keyed,
  },
  removeTopics: {
    summary: 'Remove many topics',
    description: 'Removes all topics that the selector matches and the caller may remove.',
    answers: { 200: answer('How many went', { 'application/json': z.object({ removed: z.int() }) }) },
    headers: keyed,
  },
  publishLines: {
    summary: 'Publish many values',
    description:
      'One {"path", "value"} on each line, beside it type, time, merge, properties. Lines are published as they come, however many there are; one that fails keeps no other back.',
    example: 'printf \'%s\\n\' \'{"path":"a","value":1}\' | curl --data-binary @- http://127.0.0.1:8080/api/v1/publish',
    body: { 'application/x-ndjson': z.string() },
    answers: { 200: answer('What became of them', { 'application/json': summarySchema }) },
    problems: [408, 415, 422],
    headers: keyed,
  },
  showGateway: { summary: 'Figures of the gateway', description: 'For those who may administer.', answers: report },
  listSessions: {
    summary: 'List sessions',
    description: 'For those who may administer; a page at a time.',
    answers: report,
  },
  showSession: {
    summary: 'Show a session',
    description: 'Why it did not get something, say. For those who may administer.',
    answers: report,
    problems: [404],
  },
  removeSession: {
    summary: 'End a session',
    description: 'For those who may administer.',
    answers: { 204: answer('It has ended') },
    problems: [404],
  },
}

const parameterWords: Readonly<Record<string, string>> = {
  path: 'The path of the topic, percent-encoded once; + stays +',
  id: 'The id of the session',
  wait: 'How long to wait for a change, such as 30s; 60s at most',
  type: 'json, string, int64, double or binary, whatever the content type is',
  lifetime: 'The value vanishes after this time, such as 30s',
  select: 'A selector, such as sensors/+/temp; # (as %23) for all',
  limit: 'How many topics a page may have',
  after: 'What the page before named',
  token: 'A token to sign in with, for who cannot set a header',
}

const isRequired = (name: string, call: CallName): boolean =>
  name === 'path' || name === 'id' || (call === 'removeTopics' && name === 'select')

function parameterOf(name: string, place: 'path' | 'query', call: CallName) {
  const isProperty = propertyNames.some((each) => each === name)
  const description = parameterWords[name] ?? (isProperty ? 'A property of a topic that this makes' : name)
  return {
    name,
    in: place,
    required: place === 'path' || isRequired(name, call),
    description,
    schema: { type: 'string' as const },
  }
}

function routeOf(name: CallName): RouteConfig {
  const { method, path, parameters } = calls[name]
  const { summary, description, example, body, answers, problems = [], headers = {} } = words[name]
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, each = '']) => parameterOf(each, 'path', name))
  const inQuery = [...parameters, 'token'].map((each) => parameterOf(each, 'query', name))
  const inHead = Object.entries(headers).map(([field, text]) => ({
    ...{ name: field, in: 'header' as const, required: false, description: text, schema: { type: 'string' as const } },
  }))
  const refused = [...new Set([400, 401, 403, 429, 503, ...problems])].map((status) => [status, problemAnswer] as const)
  return {
    method,
    path,
    operationId: name,
    summary,
    description,
    ...(example !== undefined && { 'x-example': example }),
    parameters: [...inPath, ...inQuery, ...inHead],
    ...(body && { request: { body: { required: true, content: contentOf(body) } } }),
    responses: { ...answers, ...Object.fromEntries(refused) },
  }
}

const problemAnswer = answer('A problem (RFC 9457)', { 'application/problem+json': problemSchema })

/** The OpenAPI document of the calls there are. */
export function describe(base: string) {
  const app = new OpenAPIHono()
  for (const name of Object.keys(calls)) if (isCall(name)) app.openAPIRegistry.registerPath(routeOf(name))
  const { registerComponent } = app.openAPIRegistry
  registerComponent.call(app.openAPIRegistry, 'securitySchemes', 'token', { type: 'http', scheme: 'bearer' })
  registerComponent.call(app.openAPIRegistry, 'securitySchemes', 'password', { type: 'http', scheme: 'basic' })
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Rivulet HTTP API',
      version: '1',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      description:
        'Topics are read, written and listed, one call at a time. A path in a URL is percent-encoded once; topics with empty levels, . or .. are asked for at /topic?path=.',
    },
    servers: [{ url: base }],
    security: [{}, { token: [] }, { password: [] }],
  })
}

function isCall(name: string): name is CallName {
  return Object.hasOwn(calls, name)
}
