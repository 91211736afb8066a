import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'mocha'
import type { MqttClient } from 'mqtt'
import { connect, connectAsync } from 'mqtt'
import { builtCommand } from '../support/docs/workspace.js'
import { startedIn } from '../support/mqtt/durable-gateway.js'
import { needsPeer } from '../support/peers.js'
import { Random } from '../support/random.js'

const rounds = 4
const messagesPerRound = 200

const lasting = {
  protocolVersion: 5,
  clean: false,
  reconnectPeriod: 0,
  properties: { sessionExpiryInterval: 3_600 },
} as const

/** A client whose session waits for it. */
const device = (url: string, clientId: string): Promise<MqttClient> => connectAsync(url, { ...lasting, clientId })

suite('MQTT and durable state', () => {
  test('what was acknowledged to a publisher reaches a session that was away, whenever the gateway is killed', async function () {
    this.timeout(60_000)
    needsPeer(this, 'rivulet', 'is killed and started again', builtCommand)
    const folder = mkdtempSync(join(tmpdir(), 'rivulet-durable-'))
    const random = new Random(11)
    try {
      const before = await startedIn(folder, 'always')
      const reader = await device(before.url, 'reader')
      await reader.subscribeAsync('t/#', { qos: 1 })
      await reader.endAsync()
      await before.gateway.kill()
      const acknowledged = new Set<string>()
      for (let round = 0; round < rounds; round++) {
        const { gateway, url } = await startedIn(folder, 'always')
        const writer = await device(url, `writer-${round}`)
        const lastOne = random.below(messagesPerRound)
        for (let i = 0; i < messagesPerRound; i++) {
          const text = `${round}-${i}`
          const sent = writer.publishAsync(`t/${i % 7}`, text, { qos: i % 2 === 0 ? 1 : 2 })
          sent.then(
            () => acknowledged.add(text),
            () => undefined,
          )
          if (i === lastOne) {
            await sent
            break
          }
        }
        await gateway.kill()
        writer.end(true)
      }
      const { gateway, url } = await startedIn(folder, 'always')
      const got = new Set<string>()
      const back = connect(url, { ...lasting, clientId: 'reader' })
      // What waited comes with the answer to CONNECT.
      back.on('message', (_topic, payload) => got.add(payload.toString()))
      await new Promise<void>((resolve) => {
        back.on('message', () => {
          if ([...acknowledged].every((text) => got.has(text))) resolve()
        })
      })
      assert.ok(acknowledged.size >= rounds)
      await back.endAsync()
      await gateway.kill()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
