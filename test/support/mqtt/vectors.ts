/** The golden packets of codecs/mqtt. */
import { readFileSync } from 'node:fs'
import type { MqttVersion, PublishPlaces, reasons } from '../../../codecs/mqtt/index.js'

/** What a packet says, with bytes as hexadecimal text. */
export type Form = { readonly [name: string]: unknown }

interface Vector {
  readonly says: string
  readonly version: MqttVersion
  readonly hex: string
}

export interface ClientVector extends Vector {
  readonly packet: Form
}

/** No bytes: it cannot be said in that version. */
export interface ServerVector extends Omit<Vector, 'hex'> {
  readonly packet: Form
  readonly hex: string | null
}

export interface PublishVector extends Vector {
  readonly publish: Form
  readonly places: PublishPlaces
}

/** Version 0: it is the first packet. */
export interface MalformedVector extends Omit<Vector, 'version'> {
  readonly clause: string
  readonly version: MqttVersion | 0
  readonly reason: keyof typeof reasons
}

const read = <T>(name: string): readonly T[] =>
  JSON.parse(readFileSync(new URL(`../../../codecs/mqtt/vectors/${name}.json`, import.meta.url), 'utf8'))

export const fromClient = read<ClientVector>('from-client')
export const fromServer = read<ServerVector>('from-server')
export const publishes = read<PublishVector>('publishes')
export const malformedPackets = read<MalformedVector>('malformed')

export const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
