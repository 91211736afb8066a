/** The demo's page: one SDK session, one subscription whose rate the slider sets, and what comes of it drawn once a frame. */

import { bars } from './canvas.js'
import { connect } from './client.js'
import { countingSocket } from './counting-socket.js'
import { bytes, count, element, tell } from './format.js'
import { departed, drawMap, isMoving } from './map.js'
import { Meter } from './meter.js'
import { offerNames } from './offer-names.js'
import {
  indexReceived,
  showIndex,
  showLeague,
  showQuakes,
  showResult,
  showSessions,
  showStock,
  showWeather,
  stockReceived,
} from './panels.js'

/** Stops of the slider, from seldom to everything. */
const rates = ['1/10s', '1/5s', '1/2s', '1/s', '2/s', '5/s', '10/s', '20/s', null]
const rateTexts = [
  'once in 10 s',
  'once in 5 s',
  'once in 2 s',
  'once a second',
  '2 a second',
  '5 a second',
  '10 a second',
  '20 a second',
  'as they come',
]

const everything = '{stocks,index,airports,flights,football,weather,earthquakes}/#'
const frameQuakesMax = 50

const meter = new Meter()
const values = new Map()
const groups = new Map(
  ['stocks', 'airports', 'flights', 'football', 'weather', 'earthquakes'].map((name) => [name, new Map()]),
)
const changed = new Set()
let quakes = []

const session = await connect(`ws://${location.host}/ws`, {
  agent: 'rivulet demo page',
  webSocket: countingSocket((length) => {
    meter.bytes += length
  }),
})
session.on('state', showState)
showState(session.state)

let subscription = subscribe()
element('rate').addEventListener('input', showRate)
element('rate').addEventListener('change', changeRate)
element('division').addEventListener('change', () => changed.add('football'))
session.subscribe('demo/offered').on('update', ({ value }) => showSecond(value))
requestAnimationFrame(draw)

void showCode()
tell('origin', location.origin)

/** What the panel of the event stream shows is what it runs. */
async function showCode() {
  tell('stream-code', await (await fetch('event-stream.js')).text())
}

function showState(state) {
  element('state').dataset.state = state.kind
  tell('state', state.kind)
}

/** Snapshots are left out of the comparison: a plain server would have to send them as well. */
function subscribe() {
  const rate = rates[element('rate').value]
  const made = session.subscribe(everything, rate ? { rate } : {})
  made.on('update', received)
  meter.stop()
  made.on('synced', () => meter.start())
  return made
}

function showRate() {
  const text = rateTexts[element('rate').value]
  tell('rate-text', text)
  element('rate').setAttribute('aria-valuetext', text)
}

/** With a snapshot of its own the gateway knows what this page holds, and can go on sending differences. */
function changeRate() {
  subscription.close()
  subscription = subscribe()
}

function received(update) {
  if (!update.snapshot) meter.updates += 1
  if (update.removed) return
  const [group] = update.path.split('/')
  values.set(update.path, update)
  groups.get(group)?.set(update.path, update)
  changed.add(group === 'stocks' ? update.path : group)
  heard[group]?.(update)
}

/** What must be noted of each update, and not only of the newest when a frame is drawn. */
const heard = {
  index: ({ value }) => indexReceived(value),
  stocks: ({ value }) => stockReceived(value),
  airports: ({ path, snapshot }) => !snapshot && departed(path.split('/')[1], performance.now()),
  flights: (update) => !update.snapshot && flights.push(update),
  earthquakes: ({ value }) => {
    quakes = [value, ...quakes.filter(({ place, time }) => place !== value.place || time !== value.time)].slice(
      0,
      frameQuakesMax,
    )
  },
}

const flights = []

function draw(nowMs) {
  if (changed.has('index')) showIndex(values.get('index/sp500').value)
  for (const path of changed) if (path.startsWith('stocks/')) showStock(values.get(path).value)
  if (changed.has('airports') || isMoving(nowMs)) drawMap(airports(), nowMs)
  if (changed.has('football')) showFootball()
  if (changed.has('weather'))
    for (const [path, { value }] of groups.get('weather')) showWeather(path.split('/')[1], value)
  if (changed.has('earthquakes')) showQuakes(quakes, groups.get('earthquakes').size)
  showFlights()
  changed.clear()
  requestAnimationFrame(draw)
}

function airports() {
  return [...groups.get('airports')].map(([path, { value }]) => [path.split('/')[1], value])
}

function showFlights() {
  const last = flights.at(-1)?.value
  flights.length = 0
  if (last === undefined) return
  const delay = last.delay > 0 ? `${last.delay} min late` : 'on time'
  tell('flight', `${last.time} ${last.from} → ${last.to}, ${delay}`)
  tell('flights-count', count(groups.get('flights').size))
  tell('airports-count', count(groups.get('airports').size))
}

function showFootball() {
  const divisions = new Set([...groups.get('football').keys()].map((path) => path.split('/')[1]))
  const select = element('division')
  offerNames(select.options, divisions, (name) => new Option(name.replaceAll('-', ' '), name))
  const division = select.value
  const lines = [...groups.get('football')].filter(([path]) => path.startsWith(`football/${division}/table/`))
  showLeague(lines.map(([, { value }]) => value))
  const result = values.get(`football/${division}/results`)
  if (result !== undefined) showResult(result.value)
}

/** Once a second the demo says what it has published in all. */
function showSecond(offered) {
  session.sessions().then(showSessions)
  const second = meter.second(offered, performance.now())
  tell('topics', `${count(values.size)} topics`)
  if (second === null) return
  tell('updates', count(second.updates))
  tell('received', bytes(second.bytes))
  tell('plain', bytes(second.plain))
  tell('saved', `${(100 * Math.max(0, second.saved)).toFixed(1)} %`)
  bars(element('traffic'), meter.seconds, Meter.secondsShown)
}
