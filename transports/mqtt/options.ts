import { z } from 'zod'
import type { AdmissionOptions, ListenerOptions, TlsOptions } from '../../net/index.js'
import { admissionFields, listenerFields, originsField, readOptions, tlsSection, wholeNumber } from '../../net/index.js'
import { mqttTransportLimits as limits } from './limits.js'

/** The section `transports.mqtt` of the configuration. */
export interface MqttOptions extends ListenerOptions, AdmissionOptions {
  /** Null: no listener behind a certificate. */
  readonly tls: TlsOptions | null
  /** Where WebSockets are taken on the HTTP port. */
  readonly path: string
  /** Origins of pages that may connect beside those that may anyway. */
  readonly origins: readonly string[]
  readonly receiveMax: number
  readonly inflightMax: number
  readonly topicAliasMax: number
  /** Longest silence that clients of MQTT 5.0 may ask for, s; 0: any. */
  readonly keepAliveMax: number
  /** Where clients of MQTT 5.0 are sent when the gateway drains; empty: nowhere. */
  readonly serverReference: string
}

const schema = (folder?: string) =>
  z.strictObject({
    ...listenerFields(1_883),
    ...admissionFields,
    tls: tlsSection(8_883, folder).nullable().default(null),
    path: z
      .string()
      .regex(/^\/[^\s?#]*$/, 'expected a path that starts with / and has no ? or #')
      .default('/mqtt'),
    origins: originsField,
    receiveMax: wholeNumber(1, 65_535).default(limits.receiveMax),
    inflightMax: wholeNumber(1, 65_535).default(limits.inflightMax),
    topicAliasMax: wholeNumber(0, 65_000).default(limits.topicAliasMax),
    keepAliveMax: wholeNumber(0, 65_535).default(0),
    serverReference: z.string().max(1_024).default(''),
  })

/** Throws `OptionError`. Relative paths begin at `folder`. */
export function parseOptions(section: unknown, folder?: string): MqttOptions {
  return readOptions(schema(folder), section)
}
