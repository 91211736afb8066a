/** A league of invented towns. There is nothing of Rivulet in here: your matches are played somewhere else. */
import { Random } from '../shared/random.js'

const towns =
  'Ashford Brackwater Cindermoor Dunhaven Eastmere Fallowfield Greywick Hollin Ironbridge Jarrowby Kelmoor Larkhill Millbrook Northgate Oakham Pendale'
const players =
  'Abel Barrow Castle Drury Elm Fenn Garrick Holt Ives Jory Keane Lowell Marsh Noble Orme Pryor Quill Rowe Sutton Thorne'

/** What comes of an attack, by a number drawn from 0 to 1: a line of the commentary, and what it adds to the side's figures. */
const attacks = [
  {
    below: 0.06,
    kind: 'goal',
    line: (player, town) => `Goal! ${player} scores for ${town}.`,
    adds: ['goals', 'shots'],
  },
  { below: 0.22, kind: 'shot', line: (player) => `${player} shoots, and the keeper holds it.`, adds: ['shots'] },
  { below: 0.38, kind: 'shot', line: (player) => `${player} shoots wide.`, adds: ['shots'] },
  { below: 0.56, kind: 'corner', line: (_, town) => `Corner for ${town}.`, adds: ['corners'] },
  { below: 0.64, kind: 'card', line: (player, town) => `Yellow card for ${player} of ${town}.`, adds: ['cards'] },
  { below: 1, kind: 'play', line: (player, town) => `${player} loses the ball for ${town}.`, adds: [] },
]

export class League {
  #random
  #resting = []
  #matches = 0

  constructor(seed) {
    this.#random = new Random(seed)
    this.#resting = towns.split(' ')
  }

  /** Two towns that are not playing. */
  nextMatch() {
    this.#matches += 1
    return new Match(`m${this.#matches}`, [this.#draw(), this.#draw()], this.#random)
  }

  /** Its towns may play again. */
  end({ state: { home, away } }) {
    this.#resting.push(home.name, away.name)
  }

  #draw() {
    const town = this.#random.pick(this.#resting)
    this.#resting = this.#resting.filter((name) => name !== town)
    return town
  }
}

class Match {
  #random

  constructor(id, [home, away], random) {
    this.id = id
    this.#random = random
    /** What is published of a match. */
    this.state = { phase: 'first half', minute: 0, possession: 50, home: side(home), away: side(away) }
  }

  /**
   * Minute by minute what happens: `changes` to the state, as a JSON merge patch (what changed and nothing else), and
   * `events` to be told.
   */
  *play() {
    const { home, away } = this.state
    yield this.#whistle('first half', `Kick-off: ${home.name} against ${away.name}.`)
    for (let minute = 1; minute <= 45; minute += 1) yield this.#minute(minute)
    yield this.#whistle('half time', `Half time. ${this.#score()}`)
    yield* pause(5)
    yield this.#whistle('second half', 'The second half begins.')
    for (let minute = 46; minute <= 90; minute += 1) yield this.#minute(minute)
    yield this.#whistle('full time', `The match is over. ${this.#score()}`)
    yield* pause(10)
  }

  #whistle(phase, text) {
    this.state.phase = phase
    return { changes: { phase }, events: [{ minute: this.state.minute, kind: 'whistle', text }] }
  }

  #minute(minute) {
    const random = this.#random
    this.state.minute = minute
    this.state.possession = Math.round(Math.min(75, Math.max(25, this.state.possession + 3 * random.swing())))
    const changes = { minute, possession: this.state.possession }
    if (random.chance(0.5)) return { changes, events: [] }
    const name = random.chance(this.state.possession / 100) ? 'home' : 'away'
    const { event, figures } = this.#attack(this.state[name])
    return { changes: { ...changes, [name]: figures }, events: [{ minute, team: this.state[name].name, ...event }] }
  }

  #attack(attacking) {
    const { kind, line, adds } = this.#drawAttack()
    for (const figure of adds) attacking[figure] += 1
    const text = line(this.#random.pick(players.split(' ')), attacking.name)
    const figures = Object.fromEntries(adds.map((figure) => [figure, attacking[figure]]))
    return { event: { kind, text: kind === 'goal' ? `${text} ${this.#score()}` : text }, figures }
  }

  #drawAttack() {
    const drawn = this.#random.next()
    return attacks.find(({ below }) => drawn < below)
  }

  #score() {
    const { home, away } = this.state
    return `${home.name} ${home.goals}, ${away.name} ${away.goals}.`
  }
}

const side = (name) => ({ name, goals: 0, shots: 0, corners: 0, cards: 0 })

function* pause(minutes) {
  for (let minute = 0; minute < minutes; minute += 1) yield { changes: null, events: [] }
}
