import assert from 'node:assert/strict'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { apply } from '../../codecs/delta/index.js'
import type { WireUpdate } from '../../codecs/protobuf/index.js'
import { decodeFromGateway, FrameEncoder } from '../../codecs/protobuf/index.js'
import type { Batch, Flush, Taken } from '../../core/index.js'
import { Update } from '../../core/index.js'
import { MemoryLink } from '../../transports/memory/pipe.js'
import { frameless } from '../support/frameless.js'

/** What the links of one world carried in another form than whole. */
export interface Shortened {
  deltas: number
  deflated: number
}

/** Pipes that put each update through the codec, as one encoder makes it for all of them: what arrives is what was decoded. */
export function codedLinks(shortened: Shortened): typeof MemoryLink {
  const encoder = new FrameEncoder((value) => deflateRawSync(value, { level: 1 }))
  return class extends MemoryLink {
    override send(flush: Flush): Taken {
      return super.send({ ...flush, batch: throughTheCodec(flush.batch, encoder, shortened) })
    }
  }
}

function throughTheCodec(batch: Batch, encoder: FrameEncoder, shortened: Shortened): Batch {
  const told: WireUpdate[] = []
  const frame = encoder.encodeBatch(batch, () => 0)
  const outcome = decodeFromGateway(frame, {
    reply: () => assert.fail('no reply was said'),
    update: (update) => told.push(update),
    standing: () => assert.fail('no standing was said'),
  })
  assert.deepEqual([outcome.kind, told.length], ['done', batch.count])
  const updates = told.map((update, index) => {
    const sent = batch.updates[index]
    assert.ok(sent)
    if (update.content === 'delta') shortened.deltas += 1
    if (update.deflated) shortened.deflated += 1
    return new Update({ ...sent, type: sent.type, value: understoodValue(update, batch, index) })
  })
  const { audience, count, bases, flags } = batch
  return { audience, count, updates, bases, flags, ...frameless }
}

/** What a client makes of it that can do no more than it claimed. [PROTOCOL 2.4, 4.8, 4.9] */
function understoodValue(
  { content, bytes, deflated }: WireUpdate,
  { audience, bases }: Batch,
  index: number,
): Uint8Array {
  if (deflated) {
    assert.ok(audience.features.deflate, 'deflated for a client that cannot inflate')
    return new Uint8Array(inflateRawSync(bytes))
  }
  if (content !== 'delta') return bytes
  assert.ok(audience.features.deltas, 'a delta for a client that cannot apply it')
  const base = bases[index]
  const applied = apply(base?.value ?? new Uint8Array(), bytes, 1_048_576)
  assert.ok(applied.kind === 'value', 'a delta that cannot be applied')
  return applied.value
}
