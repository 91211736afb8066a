import { randomUUID } from 'node:crypto'
import type { Connack, Connect, Will as MqttWill, PublishProperties } from '../../codecs/mqtt/index.js'
import { reasons } from '../../codecs/mqtt/index.js'
import type { Attributes, Credentials, Handling, Hello, Publish, ValueType, Welcome, Will } from '../../core/index.js'
import type { MqttOptions } from './options.js'

/** Seconds that mean that a session never ends. [MQTT-3.1.2-23] */
const forever = 0xffff_ffff

/** A client that may be silent for this share of its keep-alive time longer. [MQTT-3.1.2-22] */
const keepAliveShare = 1.5

/** What CONNECT comes to in core. */
export function helloOf(connect: Connect, clientId: string, keepAliveSeconds: number, peer: string): Hello {
  const { isCleanStart, version, properties, will } = connect
  return {
    kind: 'hello',
    versions: [1],
    credentials: credentialsOf(connect, peer),
    features: { deltas: false, deflate: false },
    resume: null,
    sessionTimeoutMs: timeoutMs(properties.sessionExpirySeconds),
    keepAliveMs: keepAliveSeconds === 0 ? Number.POSITIVE_INFINITY : keepAliveSeconds * 1_000 * keepAliveShare,
    bytesPerSecondMax: 0,
    agent: version === 5 ? 'MQTT 5.0' : 'MQTT 3.1.1',
    identity: { name: clientId, isClean: isCleanStart },
    will: will === null ? undefined : willOf(will),
  }
}

function credentialsOf({ user, password, properties }: Connect, peer: string): Credentials {
  const { authenticationMethod: method, authenticationData: data } = properties
  return {
    peer,
    user: user ?? undefined,
    password: password === null ? undefined : Buffer.from(password).toString(),
    method: method ?? undefined,
    data: method === null ? undefined : (data ?? new Uint8Array(0)),
  }
}

/** Core cuts it to its own bound. */
export function timeoutMs(expirySeconds: number): number {
  return expirySeconds === forever ? Number.MAX_SAFE_INTEGER : expirySeconds * 1_000
}

/** The name under which a session without one of its own is found. [MQTT-3.1.3-6] */
export const newClientId = (): string => `auto-${randomUUID()}`

/** How long the client may be silent, s, where the gateway has a say: in MQTT 5.0. [MQTT-3.1.2-21] */
export function keepAliveOf({ keepAliveSeconds, version }: Connect, { keepAliveMax }: MqttOptions): number {
  if (version === 4 || keepAliveMax === 0) return keepAliveSeconds
  return keepAliveSeconds === 0 ? keepAliveMax : Math.min(keepAliveSeconds, keepAliveMax)
}

function willOf({ topic, payload, qos, isRetained, delaySeconds, properties }: MqttWill): Will {
  const handling = { qos, isRetained, isMessage: true }
  const publish: Publish = {
    kind: 'publish',
    sequence: 0,
    path: topic,
    alias: 0,
    value: payload,
    type: typeOf(properties),
    merge: false,
    timeMs: 0,
    lifetimeMs: (properties?.expirySeconds ?? 0) * 1_000,
    attributes: attributesOf(properties),
    handling,
    expect: null,
    properties: null,
  }
  return { publish, delayMs: delaySeconds * 1_000 }
}

const types: Readonly<Record<string, ValueType>> = {
  'application/json': 'json',
  'text/plain': 'string',
  'application/octet-stream': 'binary',
}

/** The type that the content type declares; null: none that we know. [SEM 4.4] */
export function typeOf(properties: PublishProperties | null): ValueType | null {
  const [essence = ''] = properties?.contentType?.split(';') ?? []
  return types[essence.trim().toLowerCase()] ?? null
}

/** What travels beside the value. [SEM 1.7] */
export function attributesOf(properties: PublishProperties | null): Attributes | null {
  if (properties === null) return null
  const { isText, contentType, responseTopic: replyPath, correlation, userProperties: pairs } = properties
  const isEmpty = !isText && contentType === null && replyPath === null && correlation === null && pairs.length === 0
  return isEmpty ? null : { pairs, contentType, isText: isText === true, replyPath, correlation }
}

/** The handling of a message, one object for all that come alike. */
export function handlingOf(qos: Handling['qos'], isRetained: boolean): Handling {
  return handlings[qos * 2 + (isRetained ? 1 : 0)] ?? lossy
}

const lossy: Handling = { qos: 0, isRetained: false, isMessage: true }
const handlings: readonly Handling[] = ([0, 1, 2] as const).flatMap((qos) => [
  { qos, isRetained: false, isMessage: true },
  { qos, isRetained: true, isMessage: true },
])

/** What the gateway says of itself as it lets a client in, beside what is so by default. [MQTT 5.0, 3.2.2.3] */
export function connackOf(
  { start, sessionTimeoutMs, data }: Welcome,
  connect: Connect,
  given: { readonly clientId: string; readonly keepAliveSeconds: number; readonly packetBytesMax: number },
  { receiveMax, topicAliasMax }: MqttOptions,
): Connack {
  const isSessionPresent = start === 'resumed'
  if (connect.version === 4) return { kind: 'connack', isSessionPresent, reason: reasons.success }
  const { sessionExpirySeconds, authenticationMethod } = connect.properties
  const { clientId, keepAliveSeconds } = given
  const seconds = Math.floor(sessionTimeoutMs / 1_000)
  // No spreads: in Node 20 they take microseconds until code is hot, and a fleet that comes back asks for many of these.
  return {
    kind: 'connack',
    isSessionPresent,
    reason: reasons.success,
    receiveMax,
    packetBytesMax: given.packetBytesMax,
    topicAliasMax,
    sessionExpirySeconds: seconds === sessionExpirySeconds ? undefined : seconds,
    assignedClientId: connect.clientId === '' ? clientId : undefined,
    keepAliveSeconds: keepAliveSeconds === connect.keepAliveSeconds ? undefined : keepAliveSeconds,
    authenticationMethod: authenticationMethod ?? undefined,
    authenticationData: authenticationMethod === null ? undefined : (data ?? new Uint8Array(0)),
  }
}
