/** The airports, as dots where they are; a departure that arrives makes its dot flash. */

import { colour, dot, fresh } from './canvas.js'
import { element } from './format.js'
import { glowAfter } from './glow.js'

/** Alaska and Hawaii are drawn nearer than they are, and smaller, as on every map of the United States. */
const insets = {
  AK: { west: -180, east: -130, south: 51, north: 71, at: [0.01, 0.66, 0.2, 0.32] },
  HI: { west: -161, east: -154, south: 18.5, north: 22.5, at: [0.22, 0.82, 0.12, 0.16] },
  PR: { west: -68, east: -64, south: 17, north: 19, at: [0.9, 0.9, 0.08, 0.08] },
}
const mainland = { west: -125, east: -66.5, south: 24, north: 49.5, at: [0.02, 0.03, 0.96, 0.92] }

const flashes = new Map()

export function departed(code, nowMs) {
  flashes.set(code, nowMs)
}

export function isMoving(nowMs) {
  for (const at of flashes.values()) if (glowAfter(nowMs - at) > 0) return true
  return false
}

export function drawMap(airports, nowMs) {
  const { context, width, height } = fresh(element('map'))
  const ring = colour('accent')
  for (const [code, airport] of airports) {
    const [x, y] = place(airport, width, height)
    const glow = glowAfter(nowMs - (flashes.get(code) ?? Number.NEGATIVE_INFINITY))
    context.globalAlpha = glow * 0.5
    context.fillStyle = ring
    dot(context, x, y, 4 + 14 * (1 - glow))
    context.globalAlpha = 0.85
    context.fillStyle = delayColour(airport.meanDelay)
    dot(context, x, y, 2 + Math.min(9, Math.sqrt(airport.departures) / 2.4))
  }
  context.globalAlpha = 1
}

function place({ latitude, longitude, state }, width, height) {
  const { west, east, south, north, at } = insets[state === 'VI' ? 'PR' : state] ?? mainland
  const [left, top, wide, high] = at
  const [x, y] = [(longitude - west) / (east - west), (north - latitude) / (north - south)]
  return [(left + x * wide) * width, (top + y * high) * height]
}

/** Green on time, red from half an hour. */
function delayColour(minutes) {
  const late = Math.min(1, Math.max(0, minutes / 30))
  return `hsl(${150 - 140 * late} ${60 + 20 * late}% ${45 + 7 * late}%)`
}
