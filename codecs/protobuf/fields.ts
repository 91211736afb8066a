import type { Field, Shape } from './message.js'
import type { Reader } from './reader.js'
import type { Writer } from './writer.js'

/** What stands in a field, without the question whether it is there. */
export interface Content<T> {
  read(reader: Reader): T
  write(writer: Writer, field: number, value: T): void
}

/** Content with a value that stands for absence, as protobuf has it. */
export interface Plain<T> extends Content<T> {
  empty(): T
  isEmpty(value: T): boolean
}

/** A number of up to 53 bits. */
export const uint: Plain<number> = {
  empty: () => 0,
  isEmpty: (value) => value === 0,
  read: (reader) => reader.uint(),
  write: (writer, field, value) => writer.uint(field, value),
}

/** A number of up to 32 bits. */
export const uint32: Plain<number> = { ...uint, read: (reader) => reader.uint32() }

/** Yes or no. */
export const bool: Plain<boolean> = {
  empty: () => false,
  isEmpty: (value) => !value,
  read: (reader) => reader.bool(),
  write: (writer, field, value) => writer.bool(field, value),
}

/** A text; the bound is in bytes. */
export const text = (bytesMax: number): Plain<string> => ({
  empty: () => '',
  isEmpty: (value) => value === '',
  read: (reader) => reader.text(bytesMax),
  write: (writer, field, value) => writer.text(field, value),
})

/** Bytes, read as a view of the frame. */
export const view = (bytesMax: number): Plain<Uint8Array> => ({
  empty: () => new Uint8Array(),
  isEmpty: (value) => value.length === 0,
  read: (reader) => reader.view(bytesMax),
  write: (writer, field, value) => writer.view(field, value),
})

/** An enum: its members in the order of their numbers from 0. The first is what absence means. */
export const choice = <const T>(members: readonly [T, ...T[]]): Plain<T> => ({
  empty: () => members[0],
  isEmpty: (value) => value === members[0],
  read: (reader) => members[reader.choice(members.length)] ?? members[0],
  write: (writer, field, value) => writer.uint(field, members.indexOf(value)),
})

/** A list of small numbers. */
export const packed = (countMax: number): Plain<readonly number[]> => ({
  empty: () => [],
  isEmpty: (value) => value.length === 0,
  read: (reader) => reader.packed(countMax),
  write: (writer, field, value) => writer.packed(field, value),
})

/** A message inside the message. */
export const nested = <T>(shape: Shape<T>, bytesMax = Number.POSITIVE_INFINITY): Content<T> => ({
  read: (reader) => reader.message(shape, bytesMax),
  write: (writer, field, value) => writer.message(field, shape, value),
})

/** The member that is not on the wire because it is always the same. */
export const is = <const T>(value: T): Field<T> => ({
  number: 0,
  isRepeated: false,
  absent: () => value,
  read: () => value,
  write: () => undefined,
})

/** A member whose absence means its empty value. */
export const field = <T>(number: number, content: Plain<T>): Field<T> => ({
  number,
  isRepeated: false,
  absent: () => content.empty(),
  read: (reader) => content.read(reader),
  write: (writer, value) => {
    if (!content.isEmpty(value)) content.write(writer, number, value)
  },
})

/** A member whose absence means null. */
export const orNull = <T>(number: number, content: Content<T>): Field<T | null> => ({
  number,
  isRepeated: false,
  absent: () => null,
  read: (reader) => content.read(reader),
  write: (writer, value) => {
    if (value !== null) content.write(writer, number, value)
  },
})

/** A member without which the message is malformed. */
export const required = <T>(number: number, content: Content<T>): Field<T> => ({
  number,
  isRepeated: false,
  absent: () => undefined,
  read: (reader) => content.read(reader),
  write: (writer, value) => content.write(writer, number, value),
})

/** A member with any number of values up to a bound. */
export const repeated = <T>(number: number, content: Content<T>, countMax: number): Field<readonly T[]> => {
  const row: Field<T[]> = {
    number,
    isRepeated: true,
    absent: () => [],
    read: (reader, before) => {
      if (reader.room(before, countMax)) before.push(content.read(reader))
      return before
    },
    write: (writer, values) => {
      for (const value of values) content.write(writer, number, value)
    },
  }
  return row
}
