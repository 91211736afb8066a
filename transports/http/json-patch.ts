import { patchLimits } from './limits.js'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** What came of a patch. `failedTest`: an operation `test` did not hold. */
export type Patched =
  | { readonly kind: 'patched'; readonly value: Json }
  | { readonly kind: 'wrong'; readonly why: string }
  | { readonly kind: 'failedTest'; readonly why: string }
  | { readonly kind: 'tooLarge'; readonly why: string }

class Stopped extends Error {
  constructor(readonly outcome: Exclude<Patched, { kind: 'patched' }>) {
    super(outcome.why)
  }
}

const wrong = (why: string) => new Stopped({ kind: 'wrong', why })

/**
 * Applies a JSON patch to a value, which is changed in place and is of no use after a patch that failed. RFC 6902
 *
 * What operations copy and compare is counted, since each `copy` could double what is there.
 */
export function patchJson(value: Json, patch: Json): Patched {
  try {
    return { kind: 'patched', value: new Patching(value).apply(patch) }
  } catch (error) {
    if (error instanceof Stopped) return error.outcome
    throw error
  }
}

/** Where an operation is at work: a member of a container, or the whole document. */
type Place =
  | { readonly kind: 'whole' }
  | { readonly kind: 'member'; readonly object: { [name: string]: Json }; readonly name: string }
  | { readonly kind: 'element'; readonly list: Json[]; readonly index: number }

class Patching {
  private values = 0

  constructor(private document: Json) {}

  apply(patch: Json): Json {
    if (!Array.isArray(patch)) throw wrong('a JSON patch is a list of operations')
    if (patch.length > patchLimits.operationsMax) throw wrong(`more than ${patchLimits.operationsMax} operations`)
    for (const [index, operation] of patch.entries()) {
      if (!isObject(operation)) throw wrong(`operation ${index} is no object`)
      this.carryOut(operation, index)
    }
    return this.document
  }

  private carryOut(operation: { [name: string]: Json }, index: number): void {
    const path = pointerIn(operation, 'path', index)
    switch (member(operation, 'op')) {
      case 'add':
        return this.add(path, valueIn(operation, index))
      case 'remove':
        this.remove(path)
        return
      case 'replace':
        return this.replace(path, valueIn(operation, index))
      case 'move':
        return this.move(pointerIn(operation, 'from', index), path)
      case 'copy':
        return this.add(path, this.copyOf(this.get(this.placeOf(pointerIn(operation, 'from', index))), 0))
      case 'test':
        if (this.isEqual(this.get(this.placeOf(path)), valueIn(operation, index), 0)) return
        throw new Stopped({ kind: 'failedTest', why: `operation ${index}: the value is another one` })
      default:
        throw wrong(`operation ${index}: op is one of add, remove, replace, move, copy, test`)
    }
  }

  private add(path: readonly string[], value: Json): void {
    const place = this.placeOf(path, true)
    if (place.kind === 'whole') this.document = value
    else if (place.kind === 'element') place.list.splice(place.index, 0, value)
    else set(place.object, place.name, value)
    // To make room in a list may move all of it.
    if (place.kind === 'element') this.count(1 + ((place.list.length - place.index) >> 6))
  }

  private remove(path: readonly string[]): Json {
    const place = this.placeOf(path)
    const value = this.get(place)
    if (place.kind === 'whole') throw wrong('the whole value cannot be removed: remove the topic')
    if (place.kind === 'element') place.list.splice(place.index, 1)
    else delete place.object[place.name]
    if (place.kind === 'element') this.count(1 + ((place.list.length - place.index) >> 6))
    return value
  }

  private replace(path: readonly string[], value: Json): void {
    const place = this.placeOf(path)
    this.get(place)
    if (place.kind === 'whole') this.document = value
    else if (place.kind === 'element') place.list[place.index] = value
    else set(place.object, place.name, value)
  }

  private move(from: readonly string[], path: readonly string[]): void {
    const isInside = from.length < path.length && from.every((token, index) => path[index] === token)
    if (isInside) throw wrong('a value cannot be moved into itself')
    if (from.length === path.length && from.every((token, index) => path[index] === token)) {
      this.get(this.placeOf(from))
      return
    }
    this.add(path, this.remove(from))
  }

  /** `isNew`: there need be nothing yet, and `-` stands for the place behind the last element. */
  private placeOf(path: readonly string[], isNew = false): Place {
    const last = path.at(-1)
    if (last === undefined) return { kind: 'whole' }
    const container = path
      .slice(0, -1)
      .reduce<Json>((value, token) => this.get(placeIn(value, token, false)), this.document)
    return placeIn(container, last, isNew)
  }

  private get(place: Place): Json {
    if (place.kind === 'whole') return this.document
    const value = place.kind === 'element' ? place.list[place.index] : member(place.object, place.name)
    if (value === undefined)
      throw wrong(
        `there is nothing at ${place.kind === 'element' ? place.index : JSON.stringify(place.name.slice(0, 100))}`,
      )
    return value
  }

  private count(values: number): void {
    this.values += values
    if (this.values <= patchLimits.valuesMax) return
    throw new Stopped({ kind: 'tooLarge', why: `the operations touch more than ${patchLimits.valuesMax} values` })
  }

  private deeper(depth: number): number {
    if (depth < patchLimits.depthMax) return depth + 1
    throw new Stopped({ kind: 'tooLarge', why: `more than ${patchLimits.depthMax} levels` })
  }

  private copyOf(value: Json, depth: number): Json {
    this.count(1)
    const inside = this.deeper(depth)
    if (Array.isArray(value)) return value.map((each) => this.copyOf(each, inside))
    if (!isObject(value)) return value
    const copy: { [name: string]: Json } = {}
    for (const [name, each] of Object.entries(value)) set(copy, name, this.copyOf(each, inside))
    return copy
  }

  /** Numbers are equal as numbers, texts character by character, members in any order. RFC 6902 §4.6 */
  private isEqual(one: Json, other: Json, depth: number): boolean {
    this.count(1)
    const inside = this.deeper(depth)
    if (Array.isArray(one) && Array.isArray(other))
      return one.length === other.length && one.every((each, index) => this.isEqual(each, other[index] ?? null, inside))
    if (!isObject(one) || !isObject(other)) return one === other
    const names = Object.keys(one)
    if (names.length !== Object.keys(other).length) return false
    return names.every((name) => {
      const [mine, theirs] = [member(one, name), member(other, name)]
      return mine !== undefined && theirs !== undefined && this.isEqual(mine, theirs, inside)
    })
  }
}

function placeIn(container: Json, token: string, isNew: boolean): Place {
  if (isObject(container)) return { kind: 'member', object: container, name: token }
  if (!Array.isArray(container))
    throw wrong(`${JSON.stringify(token.slice(0, 100))} is looked for in what is no object and no list`)
  const index = isNew && token === '-' ? container.length : /^(?:0|[1-9]\d{0,9})$/.test(token) ? Number(token) : -1
  if (index >= 0 && index < container.length + Number(isNew)) return { kind: 'element', list: container, index }
  throw wrong(`a list of ${container.length} has no element ${JSON.stringify(token.slice(0, 100))}`)
}

/** The tokens of a JSON pointer. RFC 6901 */
function pointerIn(operation: { [name: string]: Json }, name: string, index: number): readonly string[] {
  const pointer = member(operation, name)
  if (typeof pointer !== 'string' || !/^(?:\/(?:[^~]|~[01])*)?$/s.test(pointer))
    throw wrong(`operation ${index}: ${name} is a JSON pointer, "/a/0"`)
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function valueIn(operation: { [name: string]: Json }, index: number): Json {
  const value = member(operation, 'value')
  if (value === undefined) throw wrong(`operation ${index} has no value`)
  return value
}

function isObject(value: Json): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What the object has itself: not what all objects inherit. */
function member(object: { [name: string]: Json }, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function set(object: { [name: string]: Json }, name: string, value: Json): void {
  // To assign to this name would change what the object inherits from.
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  else object[name] = value
}
