/** The list of matches: one link for each. */
import { badge } from './badge.js'

const link = `
  <a>
    <span class="time"></span>
    <span class="team"><i class="badge" aria-hidden="true"></i><span></span></span><b></b>
    <span class="team"><i class="badge" aria-hidden="true"></i><span></span></span><b></b>
  </a>`

export class MatchList {
  #list = document.getElementById('matches')
  /** The newest state and the item of the list, by the id of the match. */
  #matches = new Map()

  /** Undefined where there is no such match, or none any more. */
  matchOf(id) {
    return this.#matches.get(id)?.match
  }

  show(id, match) {
    const before = this.#matches.get(id)
    const item = before?.item ?? this.#add(id)
    this.#matches.set(id, { match, item })
    const [home, away] = item.querySelectorAll('.team')
    for (const [side, element] of [
      [match.home, home],
      [match.away, away],
    ]) {
      badge(element.firstChild, side.name)
      element.lastChild.textContent = side.name
      element.nextElementSibling.textContent = side.goals
    }
    item.querySelector('.time').textContent = timeOf(match)
    if (before) this.#celebrate(before.match, match, item)
  }

  remove(id) {
    this.#matches.get(id)?.item.remove()
    this.#matches.delete(id)
  }

  choose(id) {
    for (const [each, { item }] of this.#matches) setCurrent(item, each === id)
  }

  #add(id) {
    const item = document.createElement('li')
    item.innerHTML = link
    item.firstElementChild.href = `#${id}`
    setCurrent(item, location.hash === `#${id}`)
    item.dataset.number = id.slice(1)
    const isLater = ({ dataset }) => Number(dataset.number) > Number(item.dataset.number)
    this.#list.insertBefore(item, [...this.#list.children].find(isLater) ?? null)
    return item
  }

  /** A goal is shown in the list and read aloud, whichever match is open. */
  #celebrate({ home, away }, now, item) {
    if (now.home.goals + now.away.goals <= home.goals + away.goals) return
    item.firstElementChild.animate([{ background: 'var(--goal)' }, { background: 'var(--panel)' }], 4000)
    const score = `${now.home.name} ${now.home.goals}, ${now.away.name} ${now.away.goals}`
    document.getElementById('goals').textContent = `Goal: ${score}`
  }
}

function setCurrent(item, isCurrent) {
  if (isCurrent) item.firstElementChild.setAttribute('aria-current', 'true')
  else item.firstElementChild.removeAttribute('aria-current')
}

/** `37′`, or what there is instead of play. */
export function timeOf({ phase, minute }) {
  return phase.endsWith('time') ? phase : `${minute}′`
}
