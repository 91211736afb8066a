import { startMeasurable } from './support/server.js'
import { aedes, mosquitto, mqttSettings, rivuletMqtt } from './support/sides.js'
import { stalledBench, stallingLoad } from './support/stalled-readers.js'

const side = rivuletMqtt()

/** Ten of a hundred MQTT subscribers stop: everybody else must get everything, and in time. */
export const bench = stalledBench({
  bench: 'mqtt-stalled',
  side,
  measurable: { ...side, start: () => startMeasurable(mqttSettings) },
  options: { ...stallingLoad, qos: 0, complete: true },
  // A mebibyte of updates of each topic is kept for those who are behind; at 38 KB a second that is 28 s.
  fillSeconds: 35,
  rivals: [mosquitto, aedes],
})
