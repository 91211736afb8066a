import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { HttpListener, parseHttpOptions } from '../../net/index.js'
import type { Ear } from '../../test/conformance/ear.js'
import type { Listening, TransportHarness, Wire } from '../../test/conformance/harness.js'
import type { Identity } from '../../test/support/mqtt/conformance-wire.js'
import { MqttWire } from '../../test/support/mqtt/conformance-wire.js'
import { exempt } from '../../test/support/mqtt/exempt.js'
import { transport } from './index.js'

/** How the conformance suite dials MQTT. */
export const harness: TransportHarness = {
  serves: { streams: true, requests: false },
  time: 'real',
  exempt,
  create: async (gateway, frameBytesMax): Promise<Listening> => {
    const log = { info: () => undefined, warn: () => undefined }
    const http = new HttpListener(parseHttpOptions({ port: 0 }))
    const running = transport.create(transport.parseOptions({ port: 0 }), { gateway, http, log, frameBytesMax })
    const [line = ''] = await running.listen()
    const port = Number(new URL(line.split(' ')[1] ?? '').port)
    const identities = new Map<Ear, Identity>()
    return {
      dial: (ear) => dial(port, ear, identities),
      close: async () => {
        await running.close()
        await http.close()
      },
    }
  },
}

async function dial(port: number, ear: Ear, identities: Map<Ear, Identity>): Promise<Wire> {
  const fresh = { clientId: randomBytes(16).toString('hex'), topicIds: new Map<string, number>(), lastOffset: 0 }
  const identity = identities.get(ear) ?? fresh
  identities.set(ear, identity)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return new MqttWire(socket, ear, identity)
}
