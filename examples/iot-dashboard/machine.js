/** The machines of a plant. There is nothing of MQTT or Rivulet in here: yours stand somewhere else. */
import { Random } from '../shared/random.js'

// Temperatures in °C, power in kW, vibration in mm/s.
const kinds = [
  { id: 'furnace', name: 'Melting furnace', hall: 'Foundry', usual: 720, range: [400, 900], hot: 820, kilowatts: 480 },
  { id: 'caster', name: 'Die caster', hall: 'Foundry', usual: 210, range: [120, 300], hot: 265, kilowatts: 140 },
  { id: 'oven', name: 'Drying oven', hall: 'Paint shop', usual: 165, range: [80, 220], hot: 200, kilowatts: 64 },
  { id: 'mill', name: 'Milling machine', hall: 'Machining', usual: 48, range: [30, 80], hot: 70, kilowatts: 22 },
  { id: 'lathe', name: 'Lathe', hall: 'Machining', usual: 42, range: [30, 80], hot: 70, kilowatts: 15 },
  { id: 'compressor', name: 'Compressor', hall: 'Utilities', usual: 78, range: [50, 110], hot: 100, kilowatts: 55 },
]

const outside = 21
const rough = 7.1
/** A machine is this near to its set point after so many seconds: 1 - 1/e. */
const inertiaSeconds = 5
/** An alarm ends when the value is this much below its limit, so that it does not come and go. */
const clearShare = 0.97

/** One of each kind. */
export function machines(seed) {
  const random = new Random(seed)
  return kinds.map((kind) => new Machine(kind, random))
}

class Machine {
  #kind
  #random
  #temperature
  #vibration = 0
  #load = 0.6
  #wornSeconds = 0
  #raised = new Set()
  #setPoint
  running = true

  constructor(kind, random) {
    this.#kind = kind
    this.#random = random
    this.#temperature = kind.usual
    this.#setPoint = kind.usual
  }

  get id() {
    return this.#kind.id
  }

  get about() {
    const { name, hall, range, hot } = this.#kind
    return { name, hall, range, hot, rough }
  }

  get temperature() {
    return rounded(this.#temperature)
  }

  get power() {
    return rounded(this.running ? this.#kind.kilowatts * this.#load : 0)
  }

  get vibration() {
    return { rms: rounded(this.#vibration), peak: rounded(this.#vibration * 1.7) }
  }

  get setPoint() {
    return this.#setPoint
  }

  /** What is no number, or none that the machine can do, changes nothing. */
  set setPoint(degrees) {
    const [low, high] = this.#kind.range
    if (degrees >= low && degrees <= high) this.#setPoint = degrees
  }

  switch(running) {
    this.running = running
  }

  /** Some seconds go by; returns the alarms that they raised or ended. */
  step(seconds) {
    const random = this.#random
    const target = this.running ? this.#setPoint : outside
    const nearer = 1 - Math.exp(-seconds / inertiaSeconds)
    this.#temperature += (target - this.#temperature) * nearer + random.swing() * this.#kind.usual * 0.004
    const effort = (target - this.#temperature) / this.#kind.usual
    this.#load = Math.min(1, Math.max(0.1, 0.6 + 2 * effort + 0.03 * random.swing()))
    this.#shake(seconds)
    return [
      ...this.#judge('temperature', this.#temperature, this.#kind.hot, '°C'),
      ...this.#judge('vibration', this.#vibration, rough, 'mm/s'),
    ]
  }

  /** Now and then a tool is worn, and somebody changes it after a while. */
  #shake(seconds) {
    const random = this.#random
    if (this.running && random.chance(seconds / 150)) this.#wornSeconds = 12
    this.#wornSeconds = Math.max(0, this.#wornSeconds - seconds)
    const usual = 2.6 + 0.4 * random.swing() + (this.#wornSeconds > 0 ? 6 : 0)
    this.#vibration += ((this.running ? usual : 0) - this.#vibration) * 0.5
  }

  *#judge(kind, value, limit, unit) {
    const isRaised = this.#raised.has(kind)
    if (isRaised ? value > limit * clearShare : value <= limit) return
    if (isRaised) this.#raised.delete(kind)
    else this.#raised.add(kind)
    yield { kind, raised: !isRaised, value: rounded(value), limit, unit }
  }
}

const rounded = (number) => Math.round(number * 10) / 10
