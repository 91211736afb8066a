import type { Handling, Publish } from '../../core/index.js'
import { wireLimits } from './limits.js'
import type { Draft } from './message.js'
import type { Reader } from './reader.js'
import { attributes, expectation, valueType, wantedProperties } from './shared-messages.js'
import type { Writer } from './writer.js'

const noBytes = new Uint8Array()
const lastField = 13

/** What a publish comes to that is not to be retained; else the topic decides. [SEM 4.7] */
const unretained: Handling = { qos: 2, isRetained: false, isMessage: true }

/** What a publish without any field would say. */
const emptyPublish = (): Draft<Publish> => ({
  kind: 'publish',
  sequence: 0,
  path: null,
  alias: 0,
  value: noBytes,
  type: null,
  merge: false,
  timeMs: 0,
  lifetimeMs: 0,
  attributes: null,
  handling: null,
  expect: null,
  properties: null,
})

/** A publish as the gateway reads it. Apart from how it is written, so that a client carries only what it needs. [PROTOCOL 6] */
export const incomingPublish = { read: readPublish }

/** A publish as a client writes it. [PROTOCOL 6] */
export const outgoingPublish = { write: writePublish }

function readPublish(reader: Reader): Publish {
  const publish = emptyPublish()
  let path = ''
  let hasPath = false
  for (let field = reader.nextField(lastField); field !== 0; field = reader.nextField(lastField)) {
    if (field === 1) publish.sequence = reader.uint()
    else if (field === 2) path = reader.text(wireLimits.textBytesMax)
    else if (field === 3) publish.alias = reader.uint32()
    else if (field === 4) publish.value = reader.view()
    else if (field === 5) publish.type = valueType.read(reader)
    else if (field === 6) hasPath = reader.bool()
    else readRest(reader, field, publish)
  }
  if (hasPath || path !== '') publish.path = path
  else if (publish.alias === 0) reader.fail('a publish with neither path nor alias')
  return publish
}

/** What few publishes have. */
function readRest(reader: Reader, field: number, publish: Draft<Publish>): void {
  if (field === 7) publish.merge = reader.bool()
  else if (field === 8) publish.timeMs = reader.uint()
  else if (field === 9) publish.lifetimeMs = reader.uint()
  else if (field === 10) publish.attributes = reader.message(attributes, wireLimits.attributesBytesMax)
  else if (field === 11) publish.expect = reader.message(expectation)
  else if (field === 12) publish.properties = reader.message(wantedProperties)
  else publish.handling = reader.bool() ? unretained : null
}

function writePublish(writer: Writer, publish: Publish): void {
  const { sequence, path, alias, value, type } = publish
  if (sequence !== 0) writer.uint(1, sequence)
  if (path !== null && path !== '') writer.text(2, path)
  if (alias !== 0) writer.uint(3, alias)
  if (value.length > 0) writer.view(4, value)
  if (type !== null) valueType.write(writer, 5, type)
  if (path === '') writer.bool(6, true)
  writeRest(writer, publish)
}

function writeRest(writer: Writer, publish: Publish): void {
  if (publish.merge) writer.bool(7, true)
  if (publish.timeMs !== 0) writer.uint(8, publish.timeMs)
  if (publish.lifetimeMs !== 0) writer.uint(9, publish.lifetimeMs)
  if (publish.attributes !== null) writer.message(10, attributes, publish.attributes)
  if (publish.expect !== null) writer.message(11, expectation, publish.expect)
  if (publish.properties !== null) writer.message(12, wantedProperties, publish.properties)
  if (publish.handling?.isRetained === false) writer.bool(13, true)
}
