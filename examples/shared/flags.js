import { parseArgs } from 'node:util'

/** The options of an example, all of them whole numbers: given by name with their defaults, read from the command line. */
export function readFlags(defaults) {
  try {
    const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' }]))
    const { values } = parseArgs({ options })
    for (const [name, text] of Object.entries(values)) {
      if (!/^\d{1,9}$/.test(text)) throw new TypeError(`--${name} is a whole number, and not '${text}'`)
    }
    return Object.fromEntries(Object.entries(defaults).map(([name, usual]) => [name, Number(values[name] ?? usual)]))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const names = Object.entries(defaults).map(([name, usual]) => `--${name} ${usual}`)
    console.error(`${error.message.split('.', 1)[0]}\nOptions here, with their defaults: ${names.join(' ')}`)
    process.exit(2)
  }
}
