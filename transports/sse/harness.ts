import { HttpListener, parseHttpOptions } from '../../net/index.js'
import type { Ear } from '../../test/conformance/ear.js'
import type { Listening, TransportHarness } from '../../test/conformance/harness.js'
import type { StreamIdentity } from '../../test/support/sse/conformance-wire.js'
import { SseWire } from '../../test/support/sse/conformance-wire.js'
import { exempt } from '../../test/support/sse/exempt.js'
import { transport } from './index.js'

/** How the conformance suite reads event streams. */
export const harness: TransportHarness = {
  serves: { streams: true, requests: false },
  time: 'real',
  exempt,
  create: async (gateway, frameBytesMax): Promise<Listening> => {
    const log = { info: () => undefined, warn: () => undefined }
    const http = new HttpListener(parseHttpOptions({ port: 0 }))
    const running = transport.create(transport.parseOptions({}), { gateway, http, log, frameBytesMax })
    await running.listen()
    const { port } = await http.listen()
    const identities = new Map<Ear, StreamIdentity>()
    return {
      dial: async (ear) => new SseWire(port, gateway, ear, identityOf(ear, identities)),
      close: async () => {
        await running.close()
        await http.close()
      },
    }
  },
}

function identityOf(ear: Ear, identities: Map<Ear, StreamIdentity>): StreamIdentity {
  const known = identities.get(ear)
  if (known) return known
  const identity = { topicIds: new Map(), held: new Map(), streams: new Map(), subscriptions: 0, epoch: '' }
  identities.set(ear, identity)
  return identity
}
