/** One machine: what it measures, and what it can be told. */
import { Trend } from './trend.js'

export class MachineCard {
  element = document.getElementById('machine').content.cloneNode(true).firstElementChild
  name
  power = 0
  #alarms = new Set()
  /** The user wanted something, and the machine has not answered yet. */
  #isAsked = false
  #trend = new Trend(this.element.querySelector('svg'))
  #form = this.element.querySelector('form')

  constructor(id, { command, pullCable }) {
    this.name = id
    this.element.dataset.id = id
    this.#tell('h2', id)
    const { running, setpoint } = this.#form
    running.addEventListener('change', () => this.#ask(command(id, 'running', running.checked)))
    setpoint.addEventListener('input', () => this.#tell('.set-point output', `${setpoint.value} °C`))
    setpoint.addEventListener('change', () => this.#ask(command(id, 'setpoint', Number(setpoint.value))))
    this.#find('.cable').addEventListener('click', () => pullCable(id))
  }

  get isOnline() {
    return this.element.dataset.status === 'online'
  }

  get isInAlarm() {
    return this.#alarms.size > 0
  }

  /** The machine said what it is, or how it is. */
  show(name, value) {
    if (name === 'about') this.#introduce(value)
    if (name === 'status') this.#showStatus(value)
    if (name === 'running') this.#answer(() => this.#showRunning(value))
    if (name === 'setpoint') this.#answer(() => this.#showSetPoint(value))
    if (name === 'power') this.#showPower(value)
    if (name === 'vibration') this.#tell('.vibration', value.rms.toFixed(1))
  }

  measure(degrees, time) {
    this.#tell('.temperature b', degrees.toFixed(1))
    this.#trend.add(degrees, time)
  }

  warn(kind, isRaised) {
    if (isRaised) this.#alarms.add(kind)
    else this.#alarms.delete(kind)
    this.element.dataset.alarm = [...this.#alarms].join(' ')
  }

  #introduce({ name, hall, range, hot }) {
    this.name = name
    this.#tell('h2', name)
    this.#tell('.hall', hall)
    const { setpoint } = this.#form
    setpoint.min = range[0]
    setpoint.max = range[1]
    this.#trend.limit = hot
    this.#form.hidden = false
  }

  /** What was asked of a machine that is away waits for it, and so does the user. */
  #showStatus(status) {
    this.element.dataset.status = status
    const pill = this.#find('.status')
    pill.textContent = pill.dataset.status = status
    this.#find('.cable').disabled = status !== 'online'
    this.#showWaiting()
  }

  #showRunning(running) {
    this.#form.running.checked = running
    this.element.dataset.running = running
  }

  #showSetPoint(degrees) {
    this.#form.setpoint.value = degrees
    this.#tell('.set-point output', `${degrees} °C`)
  }

  #showPower(kilowatts) {
    this.power = kilowatts
    this.#tell('.power', kilowatts.toFixed(1))
  }

  /** From the click until the machine says that it has done it. */
  async #ask(published) {
    this.#isAsked = true
    this.#showWaiting()
    try {
      await published
    } catch (error) {
      this.#isAsked = false
      this.#tell('.waiting', error.message)
    }
  }

  #answer(show) {
    this.#isAsked = false
    show()
    this.#showWaiting()
  }

  #showWaiting() {
    const text = this.isOnline ? 'told the machine…' : 'waits until the machine is back…'
    this.#tell('.waiting', this.#isAsked ? text : '')
  }

  #find(selector) {
    return this.element.querySelector(selector)
  }

  #tell(selector, text) {
    const element = this.#find(selector)
    if (element.textContent !== text) element.textContent = text
  }
}
