/** Drawing: every canvas is as sharp as the screen, and takes its colours from the style sheet. */

/** Clears a canvas and gives its context with its size in CSS pixels. */
export function fresh(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
  const scale = globalThis.devicePixelRatio
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale)
  if (canvas.style.height === '') canvas.style.height = `${canvas.getAttribute('height')}px`
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale)
  const context = canvas.getContext('2d')
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  return { context, width, height }
}

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

/** A line through values, newest at the right; `size` values fill the width. */
export function line(canvas, values, { size, dots = false }) {
  const { context, width, height } = fresh(canvas)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const x = (index) => width - 4 - ((values.length - 1 - index) * (width - 8)) / (size - 1)
  const y = (value) => height - 4 - ((value - low) / (high - low || 1)) * (height - 8)
  context.strokeStyle = colour('accent')
  context.fillStyle = colour('accent')
  context.lineWidth = 1.5
  context.beginPath()
  for (const [index, value] of values.entries()) context.lineTo(x(index), y(value))
  context.stroke()
  if (dots) for (const [index, value] of values.entries()) dot(context, x(index), y(value), 1.8)
}

export function dot(context, x, y, radius) {
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fill()
}

/** Two heights for each second, one before the other. */
export function bars(canvas, pairs, size) {
  const { context, width, height } = fresh(canvas)
  const highest = Math.max(1, ...pairs.map(([back]) => back))
  const step = width / size
  for (const [index, [back, front]] of pairs.entries()) {
    const x = width - (pairs.length - index) * step
    for (const [value, name] of [
      [back, 'plain'],
      [front, 'accent'],
    ]) {
      const size = Math.max(1, (value / highest) * height)
      context.fillStyle = colour(name)
      context.fillRect(x, height - size, step - 1, size)
    }
  }
}
