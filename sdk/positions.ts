import { formatPosition, parsePosition, parseVersion } from '../codecs/position/index.js'
import type { Expectation, Position } from '../core/index.js'
import { RivuletError } from './errors.js'

/** A position as the opaque text that programs keep; null before the first one. */
export function writePosition(position: Position): string | null {
  return position.epoch === '' ? null : formatPosition(position)
}

/** Throws `invalidArgument` for a text that is no position, or was cut or edited. */
export function readPosition(text: string): Position {
  const position = parsePosition(text)
  if (position !== null) return position
  throw new RivuletError(
    'invalidArgument',
    `${JSON.stringify(text)} is no position: keep what session.position says as it is`,
  )
}

/** What a publish may demand of its topic. Throws `invalidArgument`. */
export function readExpectation(expect: string | undefined): Expectation | null {
  if (expect === undefined) return null
  if (expect === 'absent') return { kind: 'absent' }
  const parsed = parseVersion(expect)
  if (parsed !== null) return { kind: 'version', epoch: parsed.epoch, offset: parsed.version.offset }
  throw new RivuletError('invalidArgument', `${JSON.stringify(expect)}: expected 'absent' or the version of an update`)
}
