#!/usr/bin/env node
import { CommanderError } from 'commander'
import { Failure, isSystemError } from './failure.js'
import { suitCollectorToGateway } from './garbage-collection.js'
import { packageVersion } from './package-version.js'
import { makeProgram, withoutVainHelp } from './program.js'
import { keepTickShape } from './tick-shape.js'

suitCollectorToGateway()
keepTickShape()

process.stdout.on('error', ignoreClosedPipe)

try {
  const program = makeProgram(packageVersion())
  await program.parseAsync(withoutVainHelp(program, process.argv.slice(2)), { from: 'user' })
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else fail(error)
}

/** A `Failure` says what to do; of anything else the place in the program is the best that can be told. */
function fail(error: unknown): void {
  // Whoever stops reading, as `| head -1` does, has what they want.
  if (isSystemError(error, 'EPIPE')) return
  const text =
    error instanceof Failure ? error.message : `rivulet: unexpected: ${error instanceof Error ? error.stack : error}`
  process.stderr.write(`${text}\n`)
  process.exitCode = error instanceof Failure ? error.exitCode : 1
}

/** The command learns of it at its next line, and ends its session in good order. */
function ignoreClosedPipe(error: Error): void {
  if (!isSystemError(error, 'EPIPE')) throw error
}
