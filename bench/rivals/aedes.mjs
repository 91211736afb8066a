/** Rival: aedes as its README starts it: in memory, one process, MQTT 3.1.1 over TCP (it refuses MQTT 5). */
import { createServer } from 'node:net'
import { Aedes } from 'aedes'

const host = '127.0.0.1'
const broker = await Aedes.createBroker()
const server = createServer({ noDelay: true }, broker.handle)
server.listen(0, host, () => {
  console.log(`mqtt mqtt://${host}:${server.address().port}`)
  console.log('ready')
})
