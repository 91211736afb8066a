import type { Printable } from './output.js'
import { escaped, jsonLine, plainLine, whyUnreadable } from './output.js'
import { printLine } from './print-line.js'

/** Prints a topic's value on a line. A publisher's bytes that are not of their type end nothing: they are shown as they came. */
export async function printUpdate(update: Printable, asJson: boolean): Promise<void> {
  tellUnreadable(update)
  await printLine(asJson ? jsonLine(update) : plainLine(update))
}

/** Beside what is printed, so that whoever reads the lines knows that this one is no value. */
export function tellUnreadable(update: Printable): void {
  const why = whyUnreadable(update)
  if (why !== null) process.stderr.write(`rivulet: ${escaped(why)}; it is shown as it came\n`)
}
