/** One match: score, time, figures and commentary. */
import { badge } from './badge.js'
import { timeOf } from './match-list.js'

const figures = ['possession', 'shots', 'corners', 'cards']
const element = (id) => document.getElementById(id)

export class MatchView {
  /** Another match, or the same from the beginning. */
  begin() {
    element('commentary').replaceChildren()
    for (const id of ['home', 'away', 'score']) element(id).textContent = '–'
  }

  /** There is no such match, or none any more; what is known of it stays. */
  end() {
    element('time').textContent = 'This match is over.'
  }

  show(match) {
    for (const name of ['home', 'away']) {
      element(name).textContent = match[name].name
      badge(element(name).previousElementSibling, match[name].name)
    }
    element('score').textContent = `${match.home.goals} : ${match.away.goals}`
    element('time').textContent = timeOf(match)
    element('minute').value = match.minute
    this.#showFigures(match)
  }

  /** A line of the commentary; the newest stands at the top. */
  tell({ minute, kind, text }) {
    const line = document.createElement('li')
    line.dataset.kind = kind
    line.innerHTML = '<b></b><span></span>'
    line.firstChild.textContent = `${minute}′`
    line.lastChild.textContent = text
    element('commentary').prepend(line)
  }

  #showFigures({ possession, home, away }) {
    const body = element('figures').tBodies[0]
    while (body.rows.length < figures.length)
      body.insertRow().innerHTML = '<td></td><th scope="row"></th><td></td><td class="share" aria-hidden="true"></td>'
    for (const [index, name] of figures.entries()) {
      const [ours, theirs] = name === 'possession' ? [possession, 100 - possession] : [home[name], away[name]]
      const [left, middle, right, share] = body.rows[index].cells
      left.textContent = ours
      middle.textContent = name
      right.textContent = theirs
      share.style.setProperty('--share', `${ours + theirs === 0 ? 50 : (100 * ours) / (ours + theirs)}%`)
    }
  }
}
