/** Every scenario with every library, against the broker under test: the matrix that README.md describes. */
import { after, before, suite, test } from 'mocha'
import { skip } from '../support/skip.js'
import type { Broker } from './broker.js'
import { startBroker } from './broker.js'
import { columns } from './columns.js'
import { messages } from './messages.js'
import { MqttJsPeer } from './mqtt-js-peer.js'
import type { Peer } from './peer.js'
import { secureConnections } from './secure-connections.js'
import { sessions } from './sessions.js'
import { sharedSubscriptions } from './shared-subscriptions.js'
import { obstacle, Stage } from './stage.js'
import { version5 } from './version-5.js'

const both = [...messages, ...sessions, ...sharedSubscriptions, ...secureConnections]

/** Far more than any scenario takes; what it waits for has a deadline of its own. */
const patienceMs = 60_000

suite('an MQTT broker', function () {
  this.timeout(patienceMs)
  const witness = new MqttJsPeer(5)
  let broker: Broker

  before(async function () {
    broker = await startBroker(this)
  })

  after(() => broker?.stop())

  for (const [name, open] of Object.entries(columns)) {
    suite(`with ${name}`, () => {
      let peer: Peer

      before(function () {
        peer = open(this)
      })

      after(() => peer?.stop())

      for (const scenario of name.endsWith('MQTT 5') ? [...both, ...version5] : both) {
        test(scenario.name, async function () {
          const stage = new Stage(broker, peer, witness)
          const reason = obstacle(scenario, stage)
          if (reason !== undefined) skip(this, reason)
          try {
            await scenario.run(stage)
          } finally {
            await stage.end()
          }
        })
      }
    })
  }
})
