import type { Feed } from '../feed.js'
import { readRecording } from '../recording.js'
import { flights } from './flights.js'
import { football } from './football.js'
import { index, stocks } from './markets.js'
import { earthquakes, weather } from './nature.js'

/** All that the demo replays: some 4,600 topics, 450 publishes a second. */
export function recordedFeeds(): Feed[] {
  return [
    stocks(readRecording('stocks')),
    index(readRecording('index')),
    flights(readRecording('flights'), readRecording('airports')),
    football(readRecording('football')),
    weather(readRecording('weather')),
    earthquakes(readRecording('earthquakes')),
  ]
}
