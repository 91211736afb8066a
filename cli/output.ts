/** As much of an update or a fetched topic as is printed. */
export interface Printable {
  readonly path: string
  readonly type: string
  readonly value: unknown
  readonly bytes: Uint8Array
  readonly version: string
  readonly snapshot: boolean
  readonly removed: boolean
}

/** `path value`, as `mosquitto_sub -v` prints it; what would break the line or steer a terminal is escaped. */
export function plainLine(update: Printable): string {
  return `${escaped(update.path)} ${plainValue(update)}`
}

/** One JSON object; members in the order in which people look for them. */
export function jsonLine({ path, type, value, version, snapshot, removed }: Printable): string {
  const shown = removed ? null : jsonValue(value)
  return JSON.stringify({ path, type, value: shown, version, snapshot, ...(removed ? { removed } : {}) })
}

function plainValue({ type, value, bytes, removed }: Printable): string {
  if (removed) return '(removed)'
  if (type === 'binary') return `base64:${Buffer.from(bytes).toString('base64')}`
  const text = new TextDecoder().decode(bytes)
  // A publisher may send JSON over several lines; the value is the same on one.
  return type === 'json' && text.includes('\n') ? JSON.stringify(value) : escaped(text)
}

/** Binary as in server-sent events; whole numbers beyond ±2^53 as text, since JSON readers would round them. [SEM 4.4] */
function jsonValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') }
  return typeof value === 'bigint' ? value.toString() : value
}

/** C0, DEL and C1: everything that moves a cursor or ends a line. */
const controls = /\p{Cc}/gu

/** Text that neither breaks its line nor steers a terminal. */
export function escaped(text: string): string {
  return text.replace(controls, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
