/** What went wrong and was mended, the newest first. */
const linesMax = 40

export class AlarmList {
  #list = document.getElementById('alarms')

  /** Alarms of before come machine by machine: each finds its place by its time. */
  add({ id, machine, kind, raised, value, limit, unit }, time) {
    const line = document.createElement('li')
    line.dataset.id = id
    line.dataset.raised = raised
    line.dataset.time = time
    line.innerHTML = '<b></b><time></time><span></span>'
    const [who, when, what] = line.children
    who.textContent = machine
    when.textContent = new Date(time).toLocaleTimeString('en-GB')
    what.textContent = raised ? `${kind} ${value} ${unit}, limit ${limit}` : `${kind} is well again: ${value} ${unit}`
    this.#list.insertBefore(line, [...this.#list.children].find((other) => Number(other.dataset.time) <= time) ?? null)
    if (this.#list.children.length > linesMax) this.#list.lastElementChild.remove()
    document.getElementById('quiet').hidden = true
  }

  /** Some were lost: they are told once more. */
  clear() {
    this.#list.replaceChildren()
  }
}
