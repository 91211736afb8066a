/** One machine as an MQTT device: it reports what it measures, and does what it is told. */
import { connect } from 'mqtt'

/** How long the cable stays out when it was pulled, ms. */
const awayMs = 6000

/** The gateway keeps what a device that is away has been told for so long, s. */
const sessionSeconds = 3600

export class Device {
  #machine
  #client
  #topic

  constructor(machine, url) {
    this.#machine = machine
    this.#topic = `plant/${machine.id}`
    this.#client = connect(url, {
      protocolVersion: 5,
      clientId: machine.id,
      // The session outlives the connection: a command given meanwhile waits for the device.
      clean: false,
      properties: { sessionExpiryInterval: sessionSeconds },
      reconnectPeriod: awayMs,
      // What was measured while nobody listened is not worth telling later.
      queueQoSZero: false,
      // The gateway says so for a device that cannot say it any more.
      will: { topic: `${this.#topic}/status`, payload: 'offline', qos: 1, retain: true },
    })
    this.#client.on('connect', ({ sessionPresent }) => this.#connected(sessionPresent))
    this.#client.on('message', (topic, payload) => this.#told(topic.split('/').at(-1), payload.toString()))
    this.#client.on('error', (error) => console.error(`${machine.id}: ${error.message}`))
  }

  get id() {
    return this.#machine.id
  }

  /** Some seconds go by. Measurements follow each other, so one that is lost is no loss; an alarm must arrive. */
  work(seconds) {
    const machine = this.#machine
    for (const { kind, ...alarm } of machine.step(seconds)) this.#say(`alarm/${kind}`, alarm, { qos: 1, retain: true })
    this.#say('temperature', machine.temperature)
    this.#say('power', machine.power)
    this.#say('vibration', machine.vibration)
  }

  /** As if the cable were pulled: no goodbye. */
  loseConnection() {
    this.#client.stream.destroy()
  }

  /** A goodbye after which the will is published all the same. */
  async leave() {
    await this.#client.endAsync(!this.#client.connected, { reasonCode: 4 })
  }

  #connected(sessionPresent) {
    if (!sessionPresent) this.#client.subscribe(`${this.#topic}/set/+`, { qos: 1 })
    this.#say('about', this.#machine.about, lasting)
    this.#say('status', 'online', lasting)
    this.#sayState()
  }

  /** Whoever gave the command sees from the state that it was heard. */
  #told(command, text) {
    if (command === 'running') this.#machine.switch(text === 'true')
    if (command === 'setpoint') this.#machine.setPoint = Number(text)
    this.#sayState()
  }

  #sayState() {
    this.#say('running', this.#machine.running, lasting)
    this.#say('setpoint', this.#machine.setPoint, lasting)
  }

  #say(name, value, options = {}) {
    const payload = typeof value === 'string' ? value : JSON.stringify(value)
    this.#client.publish(`${this.#topic}/${name}`, payload, options)
  }
}

/** For what holds until it is said otherwise. */
const lasting = { qos: 1, retain: true }
