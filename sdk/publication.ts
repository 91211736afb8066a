import type { Attributes, Handling, ValueType } from '../core/index.js'
import type { Names } from './arguments.js'
import { noOthers, topicPath, wholeNumber } from './arguments.js'
import { RivuletError } from './errors.js'
import { limits } from './limits.js'
import { readExpectation } from './positions.js'
import type { PropertiesWanted } from './properties.js'
import { completeProperties } from './properties.js'
import type { Publication } from './publisher.js'
import { encodeValue } from './values.js'

/** How to publish; everything may be left out. */
export interface PublishOptions {
  /** How the value's bytes are to be read; null leaves it to the gateway. Without it the kind of value decides. */
  readonly type?: ValueType | null
  /** The value is a JSON merge patch (RFC 7396) to the current value. */
  readonly merge?: boolean
  /** The source's own time, ms since 1970; otherwise the gateway's at acceptance. */
  readonly time?: number
  /** The value vanishes after this time, ms. */
  readonly lifetimeMs?: number
  /** Travels beside the value. */
  readonly attributes?: Partial<Attributes>
  /** False: MQTT clients that subscribe later are told what was there before, if anything; otherwise what the topic keeps is retained for them. */
  readonly retain?: boolean
  /** Publish only if the topic does not exist (`absent`), or is still in the version of an update. */
  readonly expect?: string
  /** For a topic that this publish creates. */
  readonly properties?: PropertiesWanted
}

/** An accepted publish. */
export interface Published {
  /** The topic's new version; null where the answer was lost with its connection, and only that it was accepted is known. */
  readonly version: string | null
}

const names: Names<PublishOptions> = {
  type: 1,
  merge: 1,
  time: 1,
  lifetimeMs: 1,
  attributes: 1,
  retain: 1,
  expect: 1,
  properties: 1,
}

const noAttributes: Attributes = { pairs: [], contentType: null, isText: false, replyPath: null, correlation: null }

const unretained: Handling = { qos: 2, isRetained: false, isMessage: true }

/** What goes to the gateway. Throws `invalidArgument`, `invalidPath` or `tooLarge`. */
export function publicationOf(path: string, value: unknown, options: PublishOptions): Publication {
  noOthers(options, names)
  const asked = options.merge === true && options.type === undefined ? 'json' : options.type
  const { bytes, type } = encodeValue(value, asked, path)
  return {
    path: topicPath(path),
    value: bytes,
    type,
    merge: options.merge ?? false,
    timeMs: wholeNumber(options.time ?? 0, 'time'),
    lifetimeMs: wholeNumber(options.lifetimeMs ?? 0, 'lifetimeMs'),
    attributes: options.attributes === undefined ? null : completeAttributes(options.attributes),
    handling: options.retain === false ? unretained : null,
    expect: readExpectation(options.expect),
    properties: options.properties === undefined ? null : completeProperties(options.properties),
  }
}

/** The gateway judges; only what no frame could carry is refused here. [PROTOCOL 10.1] */
function completeAttributes(given: Partial<Attributes>): Attributes {
  noOthers(given, noAttributes)
  const attributes = { ...noAttributes, ...given }
  const texts = [...attributes.pairs.flat(), attributes.contentType ?? '', attributes.replyPath ?? '']
  const bytes = texts.reduce((sum, text) => sum + text.length, attributes.correlation?.length ?? 0)
  if (attributes.pairs.length <= limits.attributePairsMax && bytes <= limits.attributesBytesMax) return attributes
  throw new RivuletError('tooLarge', `attributes may have ${limits.attributesBytesMax} bytes at most`)
}
