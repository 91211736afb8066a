import { Failure } from 'rivulet'

/** Settings that cannot be used are a `Failure`, whose message is for people; a taken port is one, too. Anything else is a mistake. */
export function explain(error) {
  if (!(error instanceof Failure) && error.code !== 'EADDRINUSE') throw error
  console.error(`${error.message}\nHere that is --port (of the gateway) or an option whose name ends in -port.`)
  process.exit(1)
}
