import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite } from 'mocha'
import { decodeFromClient, decodeFromGateway } from '../../codecs/protobuf/index.js'
import { fuzz } from '../support/fuzz.js'

/** Mostly small bytes: tags, lengths and counts are small, so that more inputs get past the first field. */
const byte = fc.oneof({ weight: 4, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(255) })
const frame = fc.array(byte, { maxLength: 300, size: 'max' }).map((bytes) => Uint8Array.from(bytes))

const ignore = (): void => undefined

suite('hostile bytes', () => {
  fuzz('whatever a client sends is read or refused, never thrown', frame, (bytes) => {
    const outcome = decodeFromClient(bytes, { peer: '', received: ignore, acknowledged: ignore })
    assert.ok(outcome.kind === 'done' || outcome.why !== '')
  })

  fuzz('whatever a gateway sends is read or refused, never thrown', frame, (bytes) => {
    const outcome = decodeFromGateway(bytes, { reply: ignore, update: ignore, standing: ignore })
    assert.ok(outcome.kind === 'done' || outcome.why !== '')
  })
})
