import type { Layer } from './layer.js'
import { emptyLayer, overlay, singleSetting } from './layer.js'
import { plain } from './nearest.js'
import { parseValue } from './parse-value.js'
import type { Problem } from './problem.js'

/** The keys that are known at a place of the configuration. */
export type KnownKeys = (path: readonly string[]) => readonly string[]

/** Variables of client commands; they are no settings of a gateway. */
const clientVariables = ['RIVULET_URL', 'RIVULET_USER', 'RIVULET_PASSWORD', 'RIVULET_TOKEN']

/** `RIVULET_HTTP__PORT=8090` sets `http.port`: two underscores part levels, and case and single underscores do not count. */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  known: KnownKeys,
): { readonly layer: Layer; readonly problems: readonly Problem[] } {
  const names = Object.keys(environment).filter(
    (name) => name.startsWith('RIVULET_') && !clientVariables.includes(name),
  )
  const settings = names.filter((name) => name.includes('__'))
  const problems = names.filter((name) => !name.includes('__')).map((name) => notASetting(name, known))
  const layer = settings.reduce((lower, name) => {
    const path = pathOf(name, known)
    return overlay(lower, singleSetting(path, parseValue(environment[name] ?? ''), name))
  }, emptyLayer)
  return { layer, problems }
}

function pathOf(name: string, known: KnownKeys): string[] {
  const path: string[] = []
  for (const segment of name.slice('RIVULET_'.length).split('__')) path.push(keyFor(segment, known(path)))
  return path
}

function keyFor(segment: string, candidates: readonly string[]): string {
  return candidates.find((candidate) => plain(candidate) === plain(segment)) ?? camelCase(segment)
}

/** A name that is known to nobody yet is spelled as the configuration would, so that the error names it readably. */
function camelCase(segment: string): string {
  return segment.toLowerCase().replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function notASetting(name: string, known: KnownKeys): Problem {
  const section = known([]).find((key) => name.startsWith(`RIVULET_${key.toUpperCase()}_`))
  const meant = section && name.replace(`${section.toUpperCase()}_`, `${section.toUpperCase()}__`)
  return {
    where: name,
    path: '',
    what: `not a setting; ${meant ? `did you mean ${meant}?` : 'levels are parted by two underscores'}`,
  }
}
