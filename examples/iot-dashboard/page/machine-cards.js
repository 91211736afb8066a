/** All machines that were ever heard of, one card each, and what they come to together. */
import { MachineCard } from './machine-card.js'

export class MachineCards {
  #actions
  #cards = new Map()
  #place = document.getElementById('machines')

  /** `command(id, name, value)` and `pullCable(id)` are what a user can do. */
  constructor(actions) {
    this.#actions = actions
  }

  show(id, name, value) {
    this.#card(id).show(name, value)
    this.#sum()
  }

  measure(id, degrees, time) {
    this.#card(id).measure(degrees, time)
  }

  warn(id, kind, isRaised) {
    this.#card(id).warn(kind, isRaised)
    this.#sum()
  }

  nameOf(id) {
    return this.#cards.get(id)?.name ?? id
  }

  #card(id) {
    const known = this.#cards.get(id)
    if (known) return known
    const card = new MachineCard(id, this.#actions)
    this.#cards.set(id, card)
    this.#place.append(card.element)
    return card
  }

  #sum() {
    const cards = [...this.#cards.values()]
    const online = cards.filter(({ isOnline }) => isOnline)
    const kilowatts = online.reduce((sum, { power }) => sum + power, 0)
    tell('online', `${online.length} of ${cards.length}`)
    tell('power', Math.round(kilowatts).toLocaleString('en'))
    tell('raised', cards.filter(({ isInAlarm }) => isInAlarm).length)
  }
}

function tell(id, text) {
  document.getElementById(id).textContent = text
}
