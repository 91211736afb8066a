import assert from 'node:assert/strict'
import type { IPublishPacket } from 'mqtt-packet'
import type { MqttVersion } from '../../../codecs/mqtt/index.js'
import { decodeByPeer } from './peer.js'

/** The PUBLISH packets that bytes are made of, read by a library; anything else among them is a failure. */
export function publishesIn(bytes: Uint8Array, version: MqttVersion): IPublishPacket[] {
  return decodeByPeer(bytes, version).map((packet) => {
    assert.equal(packet.cmd, 'publish')
    return packet
  })
}
