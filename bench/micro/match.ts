/**
 * What it costs to find which of 10,000 selectors match a path, and to try one regular expression.
 *
 * The paths are 100,000 topics of five levels with ten names each, in a shuffled order. Each is cut into levels just
 * before it is matched, as a publish does, so that its names are new strings; the cutting is measured alone and taken off.
 */
import { pathToFileURL } from 'node:url'
import { compileRegex } from '../../core/topics/level-regex.js'
import { parseSelector } from '../../core/topics/selector.js'
import { SelectorIndex } from '../../core/topics/selector-index.js'

/** One measured value. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
}

/** All figures of this page, each the best of seven rounds in processor time. */
export function matchFigures(): Figure[] {
  return [...mixFigures(), explosionFigure(), ...regexFigures()]
}

const rounds = 7
const selectorCount = 10_000
const levelNames = ['site', 'area', 'line', 'cell', 'sensor']

/** What 10,000 selectors may look like, and how many of them match a path on average. */
const mixes: Readonly<Record<string, () => string[]>> = {
  'a name at three of five levels, + at two (10 match)': () => twoOpen((levels) => levels.join('/')),
  'the same, + at the end as # (10 match)': () => twoOpen((levels) => levels.join('/').replace(/(\/\+)+$/, '/#')),
  'the same, one name among alternatives (10 match)': () => twoOpen((levels) => amongOthers(levels, '')),
  'the same, each with alternatives of its own (10 match)': () => twoOpen((levels, n) => amongOthers(levels, `${n}`)),
  'a/b/c/d/# (1 matches)': () => counted((n) => `${branch(n, 4)}/#`),
  '+/b/+/d/e (1 in 8 paths matches one)': () => counted((n) => `+/area${n % 10}/+/cell${n % 97}/sensor${n % 89}`),
  'a/b/c/d/#, 100 of them ~"…"/+/c/# (1.1 match)': () => counted((n) => (n % 100 ? `${branch(n, 4)}/#` : regex(n))),
}

function mixFigures(): Figure[] {
  const paths = shuffled(counted((n) => branch(n, 4)).flatMap((start) => counted((n) => `${start}/sensor${n}`, 10)))
  const scratch: string[] = []
  const cutting = nanosecondsFor(() => {
    for (const path of paths) cut(path, scratch)
  })
  return Object.entries(mixes).map(([name, selectors]) => {
    const match = matcher(selectors())
    const whole = nanosecondsFor(() => {
      for (const path of paths) match(scratch, cut(path, scratch))
    })
    return { name: `match one path: ${name}`, value: (whole - cutting) / paths.length / 1_000, unit: 'µs' }
  })
}

/** The worst that `+` can do: at each of 12 levels `+` or the name, so 4,096 beginnings that all fit and no end that does. */
function explosionFigure(): Figure {
  const depth = 12
  const match = matcher(
    counted((bits) => `${counted((level) => ((bits >> level) & 1 ? '+' : 'x'), depth).join('/')}/end`, 2 ** depth),
  )
  const path = [...counted(() => 'x', depth), 'other']
  const calls = 500
  const whole = nanosecondsFor(() => {
    for (let call = 0; call < calls; call++) match(path, path.length)
  })
  const name = `match one path: ${2 ** depth} selectors, + or the name at each of ${depth} levels (none matches)`
  return { name, value: whole / calls / 1_000, unit: 'µs' }
}

function regexFigures(): Figure[] {
  const scattered = counted((n) => String.fromCodePoint(0x4e00 + 2 * n), 400).join('')
  return [
    regexFigure('a level that matches', 'sensor[0-9]+', 'sensor42'),
    regexFigure('a level that does not', 'sensor[0-9]+', 'actuator42'),
    regexFigure('nested repetition, 1,024 characters', '((a*)*|a)*b', 'a'.repeat(1_024)),
    regexFigure('250 states at once, 1,024 characters', '(a?){125}', 'a'.repeat(1_024)),
    regexFigure('250 states of 400 ranges, 1,024 characters', `([${scattered}z]?){125}`, 'z'.repeat(1_024)),
  ]
}

function regexFigure(what: string, expression: string, level: string): Figure {
  const compiled = compileRegex(expression)
  if (compiled.kind === 'malformed') throw new Error(`${expression}: ${compiled.why}`)
  const calls = level.length > 100 ? 20 : 100_000
  const whole = nanosecondsFor(() => {
    for (let call = 0; call < calls; call++) compiled.regex.matches(level)
  })
  return { name: `try a regular expression: ${what}`, value: whole / calls / 1_000, unit: 'µs' }
}

/** An index of the selectors, as a function that matches a path and returns how many matches there were so far. */
function matcher(selectors: readonly string[]): (levels: readonly string[], depth: number) => number {
  const index = new SelectorIndex<number>()
  for (const [item, text] of selectors.entries()) {
    const parsed = parseSelector(text)
    if (parsed.kind === 'malformed') throw new Error(`${text}: ${parsed.why} at ${parsed.at}`)
    index.add(parsed.selector, item)
  }
  let visits = 0
  const visit = () => {
    visits += 1
  }
  return (levels, depth) => {
    index.match(levels, depth, visit)
    return visits
  }
}

/** Puts the levels of a path into `levels` and returns how many there are. */
function cut(path: string, levels: string[]): number {
  let depth = 0
  let from = 0
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', from)) {
    levels[depth++] = path.slice(from, slash)
    from = slash + 1
  }
  levels[depth] = path.slice(from)
  return depth + 1
}

/** The fastest round, after two that warm up. In time of the processor, so that a busy machine disturbs less. */
function nanosecondsFor(round: () => void): number {
  round()
  round()
  const times = counted(() => {
    const start = process.cpuUsage()
    round()
    const { user, system } = process.cpuUsage(start)
    return (user + system) * 1_000
  }, rounds)
  return Math.min(...times)
}

/** Each way to leave two of five levels open, with each of ten names at the other three: exactly 10,000, ten for each path. */
function twoOpen(write: (levels: readonly string[], n: number) => string): string[] {
  const places = [...levelNames.keys()]
  const pairs = places.flatMap((one) => places.filter((two) => two > one).map((two) => [one, two]))
  return pairs.flatMap((open) =>
    counted((n) => {
      const digits = [...String(n).padStart(3, '0')]
      return write(
        levelNames.map((name, at) => (open.includes(at) ? '+' : `${name}${digits.pop()}`)),
        n,
      )
    }, 1_000),
  )
}

/** The first name becomes one of three. */
function amongOthers(levels: readonly string[], mark: string): string {
  const first = levels.findIndex((level) => level !== '+')
  return levels.map((level, at) => (at === first ? `{${level},other${mark},more${mark}}` : level)).join('/')
}

function regex(n: number): string {
  return `~"site${n / 100}x?"/+/line${n % 7}/#`
}

/** The first levels of the n-th branch of the tree. */
function branch(n: number, depth: number): string {
  const digits = String(n).padStart(depth, '0')
  return levelNames
    .slice(0, depth)
    .map((name, at) => `${name}${digits[at]}`)
    .join('/')
}

function counted<T>(make: (n: number) => T, count: number = selectorCount): T[] {
  return Array.from({ length: count }, (_, n) => make(n))
}

/** In an order that is always the same, so that neighbours in time are not neighbours in the tree. */
function shuffled<T>(items: readonly T[]): T[] {
  let seed = 1
  const keyed = items.map((item) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return { item, key: seed }
  })
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, value, unit } of matchFigures()) console.log(`${value.toFixed(3).padStart(9)} ${unit}  ${name}`)
}
