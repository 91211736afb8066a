/** Numbers for people. */

const units = ['B', 'KB', 'MB', 'GB']

/** `1234` → `1.2 KB` */
export function bytes(count) {
  const step = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(count) / Math.log(1000)))
  return `${(count / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`
}

/** `12345.6` → `12,346` */
export function count(number) {
  return Math.round(number).toLocaleString('en')
}

export function signed(percent) {
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(2)} %`
}

/** The element, which index.html is sure to have. */
export const element = (id) => document.getElementById(id)

/** Sets the text only where it differs: most of the page does not change most of the time. */
export function tell(id, text) {
  const target = typeof id === 'string' ? element(id) : id
  if (target.textContent !== text) target.textContent = text
}
