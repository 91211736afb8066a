import { z } from 'zod'
import type { PermissionRule, StaticToken, StaticUser, StoredPassword } from '../../auth/index.js'
import {
  anonymousName,
  digestOf,
  digestSpelling,
  hashSpelling,
  isLongEnough,
  parsePasswordHash,
  parseTokenDigest,
} from '../../auth/index.js'
import type { Action, Selector } from '../../core/index.js'
import { parseSelector } from '../../core/index.js'
import type { SecretSources } from './fields.js'
import { listOf, readSecret, secretReference, section, text, truth } from './fields.js'
import { nearest } from './nearest.js'

const actions = ['connect', 'subscribe', 'publish', 'fetch', 'remove', 'administer'] as const satisfies Action[]
const withoutTopic: readonly Action[] = ['connect', 'administer']

/** A selector of the gateway's language, read. */
export function selector() {
  return z.string({ error: 'a selector such as fx/#' }).transform((found, context): Selector => {
    const parsed = parseSelector(found)
    if (parsed.kind === 'selector') return parsed.selector
    context.addIssue({ code: 'custom', message: `a selector (${parsed.why})`, input: found })
    return z.NEVER
  })
}

/** `auth`: who may connect. */
export function authSection(sources: SecretSources) {
  return section({
    anonymous: truth().default(false),
    anonymousRoles: z.array(text('the name of a role'), { error: 'a list of roles' }).default([]),
    users: z.array(user(sources), { error: 'a list of users' }).default([]).superRefine(refuseRepeated),
  })
}

function user(sources: SecretSources) {
  return section(
    {
      name: text('a name').refine((name) => name !== anonymousName, {
        error: `another name: ${anonymousName} is who shows no credentials`,
      }),
      // None for who signs in by token alone.
      password: password(sources).default(null),
      tokens: z.array(token(sources), { error: 'a list of tokens' }).default([]),
      roles: z.array(text('the name of a role'), { error: 'a list of roles' }).default([]),
      root: z
        .string({ error: rootExpected })
        .regex(/^[^/+#\0]+(\/[^/+#\0]+)*$/, { error: rootExpected })
        .default(''),
      properties: z
        .record(z.string(), z.string({ error: 'text' }), { error: 'a mapping of names to texts' })
        .default({}),
    },
    'a user: {name, password, tokens, roles, root, properties}',
  ).transform(({ root, password, ...rest }, context): StaticUser => {
    if (password === null && rest.tokens.length === 0)
      context.addIssue({ code: 'custom', message: passwordExpected, path: ['password'], input: null })
    return { ...rest, password, rootPath: root }
  })
}

const rootExpected = 'a path such as tenants/a, without wildcards'
const passwordExpected = `${hashSpelling}, or {env: NAME}, or {file: PATH}; a bare password does not belong into a configuration`

function password(sources: SecretSources) {
  return z.unknown().transform((found, context): StoredPassword | null => {
    const answer = typeof found === 'string' ? storedPassword(found) : referredPassword(found, sources)
    if (typeof answer !== 'string') return answer
    context.addIssue({ code: 'custom', message: answer })
    return z.NEVER
  })
}

/** The password as it is compared, or what was expected instead. */
function storedPassword(found: string): StoredPassword | string {
  const hash = parsePasswordHash(found)
  return hash === null ? passwordExpected : { kind: 'hash', hash }
}

function referredPassword(found: unknown, sources: SecretSources): StoredPassword | string {
  const reference = secretReference().safeParse(found)
  if (!reference.success) return passwordExpected
  const read = readSecret(reference.data, sources)
  if ('why' in read) return read.why
  return read.secret.startsWith('scrypt$') ? storedPassword(read.secret) : { kind: 'secret', secret: read.secret }
}

const tokenExpected = `${digestSpelling}, or {env: NAME}, or {file: PATH}; a bare token does not belong into a configuration`
const untilExpected = 'a time such as 2027-01-31T00:00:00Z'

function token(sources: SecretSources) {
  return section(
    { token: tokenDigest(sources), until: z.iso.datetime({ offset: true, error: untilExpected }).optional() },
    'a token: {token, until}',
  ).transform(
    ({ token: digest, until }): StaticToken => ({
      digest,
      untilMs: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until),
    }),
  )
}

function tokenDigest(sources: SecretSources) {
  return z.unknown().transform((found, context): string => {
    const answer = typeof found === 'string' ? { digest: parseTokenDigest(found) } : referredToken(found, sources)
    if ('digest' in answer && answer.digest !== null) return answer.digest
    context.addIssue({ code: 'custom', message: 'why' in answer ? answer.why : tokenExpected })
    return z.NEVER
  })
}

function referredToken(found: unknown, sources: SecretSources) {
  const reference = secretReference().safeParse(found)
  if (!reference.success) return { why: tokenExpected }
  const read = readSecret(reference.data, sources)
  if ('why' in read) return read
  const { secret } = read
  if (secret.startsWith('sha256$')) return { digest: parseTokenDigest(secret) }
  return isLongEnough(secret)
    ? { digest: digestOf(secret) }
    : { why: 'a token of 22 characters or more, made at random' }
}

/** Each name is one user's, and each token, too. */
function refuseRepeated(users: readonly StaticUser[], context: z.RefinementCtx): void {
  const [names, digests] = [new Set<string>(), new Set<string>()]
  for (const [index, user] of users.entries()) {
    if (names.has(user?.name))
      context.addIssue({
        code: 'custom',
        message: 'a name that no other user has',
        path: [index, 'name'],
        input: user.name,
      })
    names.add(user?.name)
    for (const [at, { digest }] of (user?.tokens ?? []).entries()) {
      if (digests.has(digest))
        context.addIssue({ code: 'custom', message: 'a token that nobody else has', path: [index, 'tokens', at] })
      digests.add(digest)
    }
  }
}

/** `permissions`: who may do what. */
export function permissionsSection() {
  return section({ rules: z.array(rule(), { error: 'a list of rules' }) })
}

/** The first word that is no action, since the list is long; empty: there is none. */
function noActionIn(found: unknown): string {
  const isAction = (word: unknown) => actions.some((action) => action === word)
  const words: unknown[] = Array.isArray(found) ? found : []
  const wrong = words.find((word) => typeof word === 'string' && !isAction(word))
  if (typeof wrong !== 'string') return ''
  const meant = nearest(wrong, actions)
  return `; ${JSON.stringify(wrong)} is none of them${meant === null ? '' : ` (did you mean ${JSON.stringify(meant)}?)`}`
}

function rule() {
  const names = (what: string) => listOf(text(`the name of a ${what}`), `${what}s`).optional()
  const someActions = z.union([z.literal('all'), listOf(z.enum(actions), 'actions')], {
    error: ({ input }) => `all, or a list of ${actions.join(', ')}${noActionIn(input)}`,
  })
  const fields = {
    allow: someActions.optional(),
    deny: someActions.optional(),
    users: names('user'),
    roles: names('role'),
    topics: listOf(selector(), 'selectors').optional(),
  }
  return section(fields, 'a rule: {allow or deny, users, roles, topics}').transform(
    (given, context): PermissionRule => {
      const named = given.allow ?? given.deny
      if (named === undefined || (given.allow !== undefined && given.deny !== undefined)) {
        context.addIssue({ code: 'custom', message: 'either allow or deny, with actions', input: Object.keys(given) })
      }
      const topicless =
        given.topics && named !== 'all' ? named?.find((action) => withoutTopic.includes(action)) : undefined
      if (topicless !== undefined) {
        const message = `no topics beside ${topicless}, which concerns none: make it a rule of its own`
        context.addIssue({ code: 'custom', message, path: ['topics'], input: [] })
      }
      return {
        effect: given.deny === undefined ? 'allow' : 'deny',
        actions: named === 'all' ? null : (named ?? null),
        users: given.users ?? null,
        roles: given.roles ?? null,
        topics: given.topics ?? null,
      }
    },
  )
}
