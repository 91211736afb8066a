import type { Feed } from '../feed.js'
import { level, numberIn, rounds, textIn } from '../feed.js'
import type { Row } from '../recording.js'

/** `weather/seattle`, `weather/new-york`: a day each half second. */
export function weather(rows: readonly Row[]): Feed {
  const columns = ['precipitation', 'max', 'min', 'wind'] as const
  return {
    name: 'weather',
    about: 'four years of Seattle and New York',
    rowsPerSecond: 4,
    replay: () =>
      rounds(rows, () => (row) => {
        const figures = Object.fromEntries(columns.map((column) => [column, numberIn(row, column)]))
        const value = { day: textIn(row, 'day'), ...figures, weather: textIn(row, 'weather') }
        return [{ path: `weather/${textIn(row, 'city')}`, value }]
      }),
  }
}

/** `earthquakes/REGION/ID`: topics that appear one by one, 1,707 in a week. */
export function earthquakes(rows: readonly Row[]): Feed {
  return {
    name: 'earthquakes',
    about: 'a week of 1,707 earthquakes',
    rowsPerSecond: 10,
    replay: () =>
      rounds(rows, () => (row) => {
        const [time, place, id] = [textIn(row, 'time'), textIn(row, 'place'), textIn(row, 'id')]
        const [latitude, longitude] = [numberIn(row, 'latitude'), numberIn(row, 'longitude')]
        const value = {
          time,
          place,
          magnitude: numberIn(row, 'magnitude'),
          depth: numberIn(row, 'depth'),
          latitude,
          longitude,
        }
        return [{ path: `earthquakes/${level(place.split(', ').at(-1) ?? '')}/${id}`, value }]
      }),
  }
}
