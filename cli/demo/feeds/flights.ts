import type { Feed, Publication } from '../feed.js'
import { numberIn, rounded, rounds, textIn } from '../feed.js'
import type { Row } from '../recording.js'

/** What is counted of departures. */
interface Tally {
  departures: number
  delayMinutes: number
}

/** `flights/LAX/JFK` each route, `airports/LAX` each airport: 2,800 topics, of which many change rarely and some often. */
export function flights(rows: readonly Row[], airports: readonly Row[]): Feed {
  const places = new Map(airports.map((row) => [textIn(row, 'code'), placeOf(row)]))
  return {
    name: 'flights',
    about: '2,585 routes and 201 airports of the United States',
    rowsPerSecond: 150,
    replay: () => rounds(rows, () => tellDepartures(places)),
  }
}

type Place = ReturnType<typeof placeOf>

function placeOf(row: Row) {
  const [latitude, longitude] = [numberIn(row, 'latitude'), numberIn(row, 'longitude')]
  return { name: textIn(row, 'name'), city: textIn(row, 'city'), state: textIn(row, 'state'), latitude, longitude }
}

function tellDepartures(places: ReadonlyMap<string, Place>): (row: Row) => readonly Publication[] {
  const tallies = new Map<string, Tally>()
  const count = (key: string, delay: number) => {
    const tally = tallies.get(key) ?? { departures: 0, delayMinutes: 0 }
    tally.departures += 1
    tally.delayMinutes += delay
    tallies.set(key, tally)
    return { departures: tally.departures, delay, meanDelay: rounded(tally.delayMinutes / tally.departures, 1) }
  }
  return (row) => {
    const [from, to, time] = [textIn(row, 'from'), textIn(row, 'to'), textIn(row, 'time')]
    const delay = numberIn(row, 'delay')
    const route = { from, to, miles: numberIn(row, 'miles'), time, ...count(`${from}/${to}`, delay) }
    const airport = { ...places.get(from), time, lastTo: to, ...count(from, delay) }
    return [
      { path: `flights/${from}/${to}`, value: route },
      { path: `airports/${from}`, value: airport },
    ]
  }
}
