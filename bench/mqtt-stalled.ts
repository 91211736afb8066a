import type { Bench } from './support/bench.js'
import { withNotSentAtMost } from './support/kernel.js'
import { startMeasurable } from './support/server.js'
import { aedes, mosquitto, mqttSettings, rivuletMqtt } from './support/sides.js'
import { stalledBench, stallingLoad } from './support/stalled-readers.js'

const side = rivuletMqtt()

/**
 * A subscriber of QoS 0 over TCP answers nothing, so that only a full socket shows that it stopped: by default the kernel takes 4 MiB
 * for it first. What docs/operating/configuration.md recommends holds for all sides.
 */
const notSentMax = 65_536

const stalled = stalledBench({
  bench: 'mqtt-stalled',
  side,
  measurable: { ...side, start: () => startMeasurable(mqttSettings) },
  options: { ...stallingLoad, qos: 0, complete: true },
  // A mebibyte of updates of each topic is kept for those who are behind; at 38 KB a second that is 28 s. What lives was seen to rise for
  // 45 s, why is not known, and to fall after.
  fillSeconds: 60,
  rivals: [mosquitto, aedes],
})

/** Ten of a hundred MQTT subscribers stop: everybody else must get everything, and in time. */
export const bench: Bench = {
  ...stalled,
  async run(context) {
    const figures = await withNotSentAtMost(notSentMax, () => stalled.run(context))
    const how = `net.ipv4.tcp_notsent_lowat=${notSentMax}`
    return figures.map((figure) => ({ ...figure, note: figure.note ? `${figure.note}; ${how}` : how }))
  },
}
