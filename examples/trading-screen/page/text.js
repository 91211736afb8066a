/** Numbers for people, and a way to show them. */

export const price = (number) => number.toFixed(2)
export const whole = (number) => Math.round(number).toLocaleString('en')
const percent = (number) => `${number < 0 ? '−' : '+'}${Math.abs(number).toFixed(2)} %`

/** `12345` → `12.3 KB` */
export function bytes(number) {
  if (number < 1000) return `${Math.round(number)} B`
  return number < 1_000_000 ? `${(number / 1000).toFixed(1)} KB` : `${(number / 1_000_000).toFixed(1)} MB`
}

/** Sets the text only where it differs: most of a page stays as it is most of the time. */
export function tell(target, text) {
  const element = typeof target === 'string' ? document.getElementById(target) : target
  if (element.textContent !== text) element.textContent = text
}

/** A change with its sign, and in the colour of its direction. */
export function tellChange(target, change) {
  const element = typeof target === 'string' ? document.getElementById(target) : target
  tell(element, percent(change))
  element.className = change < 0 ? 'down' : 'up'
}
