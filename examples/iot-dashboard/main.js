// An IoT dashboard: a gateway, the machines of a plant as MQTT devices, and a web server for the page, all in this program.
//
//   node examples/iot-dashboard/main.js [--port 8080] [--mqtt-port 1883] [--page-port 3000]

import { startGateway } from 'rivulet'
import { explain } from '../shared/explain.js'
import { readFlags } from '../shared/flags.js'
import { servePage } from '../shared/page-server.js'
import { Device } from './device.js'
import { machines } from './machine.js'

const flags = readFlags({ port: 8080, 'mqtt-port': 1883, 'page-port': 3000 })

// 1. The gateway. Devices need nothing of it but its address; what their topics are for, its rules say. Numbers are numbers, so
//    that nobody sends the page anything else. Temperatures and alarms have a past, for those who look later. A command is no
//    state: nobody is to find it there once it was given.
const gateway = await startGateway({
  settings: {
    http: { port: flags.port },
    ops: { port: 0 },
    log: { level: 'warn' },
    transports: { mqtt: { port: flags['mqtt-port'] } },
    topics: {
      rules: [
        { selector: 'plant/+/{temperature,power,setpoint}', type: 'double' },
        { selector: 'plant/+/temperature', history: { count: 120 } },
        { selector: 'plant/+/alarm/+', delivery: 'all', history: { count: 20 } },
        { selector: 'plant/+/set/+', keep: false },
      ],
    },
  },
}).catch(explain)
const mqttUrl = gateway.listeners.flatMap((line) => line.match(/\bmqtt:\S+/) ?? [])[0]

// 2. The devices, which would be elsewhere: each has a connection of its own, and knows MQTT and nothing of Rivulet.
const stepMs = 500
const devices = machines(3).map((machine) => new Device(machine, mqttUrl))
const work = setInterval(() => {
  for (const device of devices) device.work(stepMs / 1000)
}, stepMs)

// 3. For curious people only: the page can pull the cable of a machine.
const session = await gateway.connect({ agent: 'plant' })
const cables = session.subscribe('cables/+', { snapshot: false })
cables.on('update', ({ path }) => devices.find(({ id }) => path === `cables/${id}`)?.loseConnection())

// 4. The page, which talks to the gateway and not to this web server.
const page = await servePage(new URL('./page/', import.meta.url), {
  port: flags['page-port'],
  gatewayUrl: gateway.url,
}).catch(explain)

const { port: mqttPort } = new URL(mqttUrl)
console.log(`Open  ${page.url}

The same data in another terminal:
  npx rivulet subscribe 'plant/+/power' --url ${gateway.url}
  mosquitto_sub -p ${mqttPort} -v -t 'plant/+/alarm/+'

A machine of your own:
  mosquitto_pub -p ${mqttPort} -t plant/kiln/temperature -m 80

Ctrl-C ends it.
ready`)

// 5. The end: the devices say goodbye, then readers are given what they are owed and told to come back later.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end)

async function end() {
  clearInterval(work)
  await Promise.all(devices.map((device) => device.leave()))
  await session.close()
  page.close()
  await gateway.drain()
}
