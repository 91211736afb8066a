/** One function for each panel of the page: from the newest values to what is shown. */

import { line } from './canvas.js'
import { count, element, signed, tell } from './format.js'

const linePoints = 150

/** The last values that arrived, oldest first. */
function remember(values, value) {
  values.push(value)
  if (values.length > linePoints) values.shift()
}

const closes = []

export function indexReceived({ close }) {
  remember(closes, close)
}

export function showIndex({ day, close, change }) {
  tell('index-day', day)
  tell('index-close', close.toLocaleString('en', { minimumFractionDigits: 2 }))
  showChange(element('index-change'), change)
  line(element('index'), closes, { size: linePoints, dots: true })
}

const prices = new Map()

export function stockReceived({ symbol, price }) {
  if (!prices.has(symbol)) prices.set(symbol, [])
  remember(prices.get(symbol), price)
}

export function showStock({ symbol, month, price, change }) {
  const row = rowFor(
    'stocks',
    symbol,
    '<td></td><td></td><td></td><td><canvas height="30" aria-hidden="true"></canvas></td>',
  )
  tell('stocks-month', month)
  tell(row.cells[0], symbol)
  tell(row.cells[1], price.toFixed(2))
  showChange(row.cells[2], change)
  line(row.cells[3].firstChild, prices.get(symbol), { size: linePoints })
}

function showChange(target, change) {
  tell(target, signed(change))
  target.className = change < 0 ? 'down' : 'up'
}

/** The row of a table that stands for a key; made from `cells` when it is not there yet. */
function rowFor(table, key, cells) {
  const body = element(table).tBodies[0]
  const known = body.querySelector(`[data-key="${CSS.escape(key)}"]`)
  if (known) return known
  const row = body.insertRow()
  row.dataset.key = key
  row.innerHTML = cells
  return row
}

const teamsShown = 10

/** `lines` are the teams of the chosen division. */
export function showLeague(lines) {
  const newest = lines.reduce((season, { season: other }) => (other > season ? other : season), '')
  const rows = lines
    .filter(({ season }) => season === newest)
    .sort((one, other) => other.points - one.points || difference(other) - difference(one))
  fillTable('league', rows.slice(0, teamsShown), (team) => {
    return [team.team, team.played, team.won, team.drawn, team.lost, `${team.goals}:${team.against}`, team.points]
  })
}

/** One row for each item, told in place, so that nothing flickers. */
function fillTable(table, items, textsOf) {
  const body = element(table).tBodies[0]
  for (const [index, item] of items.entries()) {
    const texts = textsOf(item)
    const row = body.rows[index] ?? insertCells(body.insertRow(), texts.length)
    for (const [column, text] of texts.entries()) tell(row.cells[column], String(text))
  }
  while (body.rows.length > items.length) body.deleteRow(-1)
}

function difference({ goals, against }) {
  return goals - against
}

function insertCells(row, many) {
  for (let index = 0; index < many; index += 1) row.insertCell()
  return row
}

export function showResult({ day, home, away, score }) {
  tell('result', `${day}: ${home} ${score} ${away}`)
}

export function showWeather(city, { day, max, min, precipitation, wind, weather }) {
  const panel = element('weather')
  const known = panel.querySelector(`[data-city="${CSS.escape(city)}"]`) ?? cityPanel(panel, city)
  tell('weather-day', day)
  tell(known.querySelector('b'), `${max.toFixed(0)}°`)
  tell(known.querySelector('.note'), `${weather}, low ${min.toFixed(0)}°, ${precipitation} mm, wind ${wind} m/s`)
}

function cityPanel(panel, city) {
  const made = document.createElement('div')
  made.dataset.city = city
  made.innerHTML = '<span></span><br><b></b><div class="note"></div>'
  tell(
    made.firstChild,
    city.replace(/(^|-)(\w)/g, (_, gap, letter) => `${gap && ' '}${letter.toUpperCase()}`),
  )
  panel.append(made)
  return made
}

const sessionsShown = 6

/** As `rivulet sessions list` has them, newest first. */
export function showSessions(sessions) {
  tell('sessions-count', count(sessions.length))
  const newest = sessions.toReversed().slice(0, sessionsShown)
  fillTable('sessions', newest, ({ agent, transport, state }) => [agent, transport, state])
}

const quakesShown = 10

export function showQuakes(quakes, total) {
  tell('quakes-count', count(total))
  const list = element('quakes')
  while (list.children.length < Math.min(quakesShown, quakes.length)) list.append(document.createElement('li'))
  for (const [index, quake] of quakes.slice(0, quakesShown).entries()) {
    list.children[index].innerHTML = '<b></b><span></span>'
    tell(list.children[index].firstChild, quake.magnitude.toFixed(1))
    tell(list.children[index].lastChild, quake.place)
  }
}
