import { z } from 'zod'
import type { PermissionRule, StaticUser, StoredPassword } from '../../auth/index.js'
import { anonymousName, hashSpelling, parsePasswordHash } from '../../auth/index.js'
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
    users: z.array(user(sources), { error: 'a list of users' }).default([]).superRefine(refuseRepeatedNames),
  })
}

function user(sources: SecretSources) {
  return section(
    {
      name: text('a name').refine((name) => name !== anonymousName, {
        error: `another name: ${anonymousName} is who shows no credentials`,
      }),
      password: password(sources),
      roles: z.array(text('the name of a role'), { error: 'a list of roles' }).default([]),
      root: z
        .string({ error: rootExpected })
        .regex(/^[^/+#\0]+(\/[^/+#\0]+)*$/, { error: rootExpected })
        .default(''),
      properties: z
        .record(z.string(), z.string({ error: 'text' }), { error: 'a mapping of names to texts' })
        .default({}),
    },
    'a user: {name, password, roles, root, properties}',
  ).transform(({ root, ...rest }): StaticUser => ({ ...rest, rootPath: root }))
}

const rootExpected = 'a path such as tenants/a, without wildcards'
const passwordExpected = `${hashSpelling}, or {env: NAME}, or {file: PATH}; a bare password does not belong into a configuration`

function password(sources: SecretSources) {
  return z.unknown().transform((found, context): StoredPassword => {
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

function refuseRepeatedNames(users: readonly StaticUser[], context: z.RefinementCtx): void {
  for (const [index, { name }] of users.entries()) {
    if (users.findIndex((other) => other?.name === name) === index) continue
    context.addIssue({ code: 'custom', message: 'a name that no other user has', path: [index, 'name'], input: name })
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
