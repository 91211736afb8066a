import assert from 'node:assert/strict'
import type { DecodedFrame, WireAcknowledge } from '../../../codecs/protobuf/index.js'
import { encodeAcknowledge, encodePublish, encodeRequest } from '../../../codecs/protobuf/index.js'
import type { ClientMessage } from '../../../core/index.js'
import { heardByClient, heardByGateway } from './heard.js'
import { decodeByPeer, encodeByPeer, fromGatewayForm } from './peer.js'

/**
 * Whatever the bytes are, each end reads or refuses them. What it reads protobufjs reads as well, and it is heard again when
 * it is said again.
 */
export function assertReadOrRefused(frame: Uint8Array): void {
  const byGateway = heardByGateway(frame)
  if (isRead(byGateway.outcome)) {
    decodeByPeer('FromClient', frame)
    assert.deepEqual(heardByGateway(new Uint8Array(Buffer.concat(byGateway.heard.map(said)))), byGateway)
  }
  const byClient = heardByClient(frame)
  if (isRead(byClient.outcome)) {
    decodeByPeer('FromGateway', frame)
    assert.deepEqual(heardByClient(encodeByPeer('FromGateway', fromGatewayForm(byClient.heard))), byClient)
  }
}

function isRead(outcome: DecodedFrame): boolean {
  if (outcome.kind === 'malformed') assert.match(outcome.why, /^byte \d+: \w.*\w$/)
  return outcome.kind === 'done'
}

function said(message: ClientMessage | WireAcknowledge): Uint8Array {
  if (message.kind === 'publish') return encodePublish(message)
  if (message.kind === 'leave' || message.kind === 'authenticate') throw new Error('our own wire has no such message')
  if (message.kind !== 'acknowledge') return encodeRequest(message)
  return encodeAcknowledge('bytes' in message ? message.bytes : 0, message)
}
