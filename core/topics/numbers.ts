const int64Min = -(2n ** 63n)
const int64Max = 2n ** 63n - 1n

/** The one spelling of a 64-bit integer, or null if the text is none. [SEM 4.4] */
export function int64Text(text: string): string | null {
  if (!/^[+-]?\d{1,20}$/.test(text)) return null
  const value = BigInt(text)
  return value >= int64Min && value <= int64Max ? value.toString() : null
}

/** The shortest decimal spelling of a double, or null if the text is no finite number. [SEM 4.4] */
export function doubleText(text: string): string | null {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return null
  const value = Number(text)
  return Number.isFinite(value) ? String(value) : null
}
