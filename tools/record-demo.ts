/**
 * Makes the recordings that `rivulet demo` replays, out of the npm package vega-datasets, which at 42 MB is too much to
 * install with every gateway: `npx tsx tools/record-demo.ts`. A test compares what this gives with what is committed.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

type Row = readonly (string | number)[]

/** The text of each recording by name: one row a line, columns parted by tabs, oldest first. */
export function recordings(): Readonly<Record<string, string>> {
  return {
    stocks: stocks(),
    index: index(),
    weather: weather(),
    airports: airports(),
    flights: flights(),
    football: football(),
    earthquakes: earthquakes(),
  }
}

function stocks(): string {
  const rows = csv('stocks.csv').map(([symbol = '', date = '', price = '']) => [month(date), symbol, price])
  return table(['month', 'symbol', 'price'], sorted(rows))
}

function index(): string {
  const rows = csv('sp500-2000.csv').map(([date = '', ...prices]) => [
    date,
    ...prices.slice(0, 4).map((price) => Number(price).toFixed(2)),
  ])
  return table(['day', 'open', 'high', 'low', 'close'], sorted(rows))
}

function weather(): string {
  const rows = csv('weather.csv').map(([city = '', day = '', ...rest]) => [day, slug(city), ...rest])
  return table(['day', 'city', 'precipitation', 'max', 'min', 'wind', 'weather'], sorted(rows))
}

function airports(): string {
  const used = new Set(flightRows().map(({ origin }) => origin))
  const rows = csv('airports.csv')
    .filter(([code = '']) => used.has(code))
    .map(([code = '', name = '', city = '', state = '', , latitude, longitude]) => {
      return [code, name, city, state, Number(latitude).toFixed(2), Number(longitude).toFixed(2)]
    })
  return table(['code', 'name', 'city', 'state', 'latitude', 'longitude'], sorted(rows))
}

interface Flight {
  readonly date: string
  readonly delay: number
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

function flights(): string {
  const rows = flightRows().map(({ date, origin, destination, delay, distance }) => {
    return [date.replaceAll('/', '-'), origin, destination, delay, distance]
  })
  return table(['time', 'from', 'to', 'delay', 'miles'], sorted(rows))
}

interface Match {
  readonly date: string
  readonly division: string
  readonly home_team: string
  readonly away_team: string
  readonly home_score: number | null
  readonly away_score: number | null
}

function football(): string {
  const played = json<Match[]>('football.json').filter(
    ({ home_score, away_score }) => home_score !== null && away_score !== null,
  )
  const rows = played.map((match) => {
    return [
      match.date,
      slug(match.division),
      match.home_team,
      match.away_team,
      match.home_score ?? '',
      match.away_score ?? '',
    ]
  })
  return table(['day', 'division', 'home', 'away', 'homeGoals', 'awayGoals'], sorted(rows))
}

interface Quakes {
  readonly features: readonly {
    readonly id: string
    readonly properties: { readonly mag: number; readonly place: string; readonly time: number }
    readonly geometry: { readonly coordinates: readonly [number, number, number] }
  }[]
}

function earthquakes(): string {
  const rows = json<Quakes>('earthquakes.json').features.map(({ id, properties, geometry }) => {
    const [longitude, latitude, depth] = geometry.coordinates
    const time = new Date(properties.time).toISOString().slice(0, 19)
    return [time, id, properties.mag, properties.place, depth.toFixed(1), latitude.toFixed(2), longitude.toFixed(2)]
  })
  return table(['time', 'id', 'magnitude', 'place', 'depth', 'latitude', 'longitude'], sorted(rows))
}

const flightRows = () => json<Flight[]>('flights-10k.json')

const folder = new URL('../node_modules/vega-datasets/data/', import.meta.url)

function json<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
}

/** Rows without the heading. Fields in quotes may hold commas, but neither quotes nor line feeds. */
function csv(name: string): string[][] {
  const [, ...lines] = readFileSync(new URL(name, folder), 'utf8').trim().split(/\r?\n/)
  return lines.map((line) =>
    [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, bare]) => quoted ?? bare ?? ''),
  )
}

/** `Jan 1 2000` → `2000-01`, as the rest of the world sorts. */
function month(date: string): string {
  const [name = '', , year = ''] = date.split(' ')
  const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  return `${year}-${String(names.indexOf(name) + 1).padStart(2, '0')}`
}

/** A name as a level of a path. */
function slug(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{Diacritic}/gu, '')
  return plain.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

/** Stable: what happened at one time stays in the order of the source. */
function sorted(rows: readonly Row[]): Row[] {
  return rows.toSorted((one, other) => (String(one[0]) < String(other[0]) ? -1 : one[0] === other[0] ? 0 : 1))
}

function table(heading: readonly string[], rows: readonly Row[]): string {
  return [heading, ...rows].map((row) => `${row.join('\t')}\n`).join('')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(recordings())) {
    writeFileSync(new URL(`../cli/demo/data/${name}.tsv`, import.meta.url), text)
  }
}
