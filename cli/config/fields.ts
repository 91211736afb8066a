import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'

/**
 * The kinds of value a setting can have. The message of each is what was *expected*, as a noun; `problems.ts` builds the
 * sentence around it.
 */

export function wholeNumber(from: number, to: number, unit = '') {
  const error = `a whole number from ${from} to ${to}${unit === '' ? '' : ` (${unit})`}`
  return z.int({ error }).min(from, { error }).max(to, { error })
}

export const port = () => wholeNumber(0, 65_535).meta({ description: '0 picks a free port' })

export function text(what: string) {
  return z.string({ error: what }).min(1, { error: what })
}

export const truth = () => z.boolean({ error: 'true or false' })

export function choice<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `one of ${names.join(', ')}` })
}

/** A list that is never empty, since an empty one could mean "all" as well as "none". */
export function listOf<Item extends z.ZodType>(item: Item, what: string) {
  return z.array(item, { error: `a list of ${what}` }).min(1, { error: `a list of at least one of: ${what}` })
}

export function section<Shape extends z.ZodRawShape>(shape: Shape, what = 'a mapping of settings') {
  return z.strictObject(shape, { error: what })
}

const milliseconds = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const durationSpelling = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/
const durationExpected = 'a duration above 0 with its unit, such as 500ms, 30s, 5m, 12h or 7d'

/** `30s` → 30000. A number alone is refused: nobody could tell its unit. */
export const duration = () => spelledDuration(durationExpected, (ms) => ms > 0)

/** A duration that may be 0, which needs a unit, too. */
export const durationOrNone = () => spelledDuration(`${durationExpected}, or 0s`, (ms) => ms >= 0)

function spelledDuration(expected: string, isFine: (ms: number) => boolean) {
  return z.string({ error: expected }).transform((found, context) => {
    const ms = parseDuration(found)
    if (isFine(ms)) return ms
    context.addIssue({ code: 'custom', message: expected, input: found })
    return z.NEVER
  })
}

/** Milliseconds; NaN when the text is no duration, or one that is too short to be told from 0. */
function parseDuration(found: string): number {
  const [, count, unit] = durationSpelling.exec(found) ?? []
  const factor = Object.entries(milliseconds).find(([name]) => name === unit)?.[1]
  const ms = factor === undefined ? Number.NaN : Math.round(Number(count) * factor)
  return ms === 0 && Number(count) > 0 ? Number.NaN : ms
}

/** Where secrets are looked up. */
export interface SecretSources {
  /** Folder from which `{file: …}` is resolved. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** What a secret is read from. */
export function secretReference() {
  const expected = 'a secret as {env: NAME} or {file: PATH}'
  return z.union([section({ env: text('the name of a variable') }), section({ file: text('a path') })], {
    error: expected,
  })
}

/** The secret itself, or in words why it cannot be had. */
export function readSecret(
  reference: z.output<ReturnType<typeof secretReference>>,
  { folder, environment }: SecretSources,
): { readonly secret: string } | { readonly why: string } {
  if ('file' in reference) return readSecretFile(resolve(folder, reference.file))
  const secret = environment[reference.env]
  return secret ? { secret } : { why: `a secret in the variable ${reference.env}, which is not set` }
}

function readSecretFile(path: string): { readonly secret: string } | { readonly why: string } {
  try {
    // Editors and `echo` end a file with a line feed that nobody means.
    const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
    return secret === '' ? { why: `a secret in ${path}, which is empty` } : { secret }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return { why: `a secret in ${path}, which cannot be read (${String(error.code)})` }
  }
}
