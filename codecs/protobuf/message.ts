import type { Readable, Reader } from './reader.js'
import type { Writable, Writer } from './writer.js'

/*
 * Messages as tables: one row for each member, with the number of its field in gateway.proto. A table both reads and writes,
 * so that the two cannot differ, and the compiler holds it against core's type. Messages of the hot path are written out by
 * hand instead. [PROTOCOL 8.1]
 */

/** Reads and writes the fields of one message. */
export interface Shape<T> extends Readable<T>, Writable<T> {}

/** A message while it is read, field by field. */
export type Draft<T> = { -readonly [Name in keyof T]: T[Name] }

/** One row: where a member of the message stands, and what its absence means. */
export interface Field<T> {
  /** 0: the member is not on the wire. */
  readonly number: number
  readonly isRepeated: boolean
  /** What the member is where the field is absent; undefined: it must not be absent. */
  absent(): T | undefined
  /** `before` is what the member was so far: a repeated field adds to it. */
  read(reader: Reader, before: T): T
  write(writer: Writer, value: T): void
}

type Fields<T> = { readonly [Name in keyof T]-?: Field<T[Name]> }

/** A message by its rows, in the order of their numbers. Numbers that no row has are skipped. */
export function message<T extends object>(fields: Fields<T>): Shape<T> {
  const names: (Extract<keyof T, string> | undefined)[] = []
  let repeated = 0
  for (const name in fields) {
    const { number, isRepeated } = fields[name]
    names[number] = name
    if (isRepeated) repeated |= 1 << number
  }
  const next = (reader: Reader): number => reader.nextField(names.length - 1, repeated)

  const read = (reader: Reader): T => {
    const values = absentValues(fields)
    for (let number = next(reader); number !== 0; number = next(reader)) {
      const name = names[number]
      if (name === undefined) reader.skip()
      else values[name] = fields[name].read(reader, values[name])
    }
    for (const name in fields) if (values[name] === undefined) reader.fail(`a message without its ${name}`)
    return values
  }
  const write = (writer: Writer, value: T): void => {
    for (const name in fields) fields[name].write(writer, value[name])
  }
  return { read, write }
}

function absentValues<T extends object>(fields: Fields<T>): T {
  const values: Partial<T> = {}
  for (const name in fields) values[name] = fields[name].absent()
  // A member that is still missing at the end makes the message malformed, and then nobody looks at it.
  return values as T
}

/** A message whose members core arranges in another way than the wire. */
export function mapped<Wire, T>(
  shape: Shape<Wire>,
  fromWire: (wire: Wire, reader: Reader) => T,
  toWire: (value: T) => Wire,
): Shape<T> {
  return {
    read: (reader) => fromWire(shape.read(reader), reader),
    write: (writer, value) => shape.write(writer, toWire(value)),
  }
}
