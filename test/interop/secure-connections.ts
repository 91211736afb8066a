/** Scenarios of TLS. */
import assert from 'node:assert/strict'
import type { Part, Scenario, Stage } from './stage.js'

/** Scenarios of TLS with and without a certificate of the client. */
export const secureConnections: readonly Scenario[] = [
  {
    name: 'TLS without a client certificate carries messages',
    uses: ['TLS'],
    run: async (stage) => {
      await speaksToItself(stage, {
        certificate: 'optional',
        trust: { authority: stage.broker.certificates.authority },
      })
    },
  },
  {
    name: 'TLS with a client certificate carries messages, also where one is demanded',
    uses: ['TLS'],
    run: async (stage) => {
      const { authority, client: identity } = stage.broker.certificates
      await speaksToItself(stage, { certificate: 'optional', trust: { authority, identity } })
      await speaksToItself(stage, { certificate: 'demanded', trust: { authority, identity } })
    },
  },
  {
    name: 'TLS refuses who lacks the certificate that is demanded',
    uses: ['TLS', 'learning of a refusal in TLS'],
    run: async (stage) => {
      const { authority } = stage.broker.certificates
      await assert.rejects(stage.client({ certificate: 'demanded', trust: { authority } }))
    },
  },
]

async function speaksToItself(stage: Stage, part: Part): Promise<void> {
  const client = await stage.client(part)
  const topic = stage.topic('secret')
  await client.subscribe({ filter: topic, qos: 1 })
  await client.publish({ topic, payload: 'whispered', qos: 1 })
  assert.equal((await client.received.one()).payload.toString(), 'whispered')
  await client.disconnect()
}
