/** One session with the gateway: all matches in a list, and one of them with its commentary. */
import { connect } from 'rivulet/client'
import { MatchList } from './match-list.js'
import { MatchView } from './match-view.js'

const list = new MatchList()
const view = new MatchView()

// Only this example needs to ask where its gateway is; yours has an address.
const { url } = await (await fetch('gateway.json')).json()
const session = await connect(url, { agent: 'match centre', waitForGateway: true })

// The session lives as long as the page. A lost connection comes back by itself, and the subscriptions with it: there is
// nothing to do but to tell the user.
session.on('state', showState)
showState(session.state)
function showState({ kind }) {
  const state = document.getElementById('state')
  state.textContent = state.dataset.state = kind
}

// All matches, also those that have yet to begin. Nobody reads faster than once a second, so no more is sent to a phone. When
// the topic of a match is removed, the match leaves the list.
let chosen = null
const matches = session.subscribe('matches/+', { rate: '1/s' })
matches.on('update', ({ path, value, removed }) => {
  const id = path.split('/')[1]
  if (removed) list.remove(id)
  else list.show(id, value)
  if (id === chosen) showChosen()
})

// Which match is chosen stands in the address: links choose one, "back" goes back, and an address can be sent to a friend.
let commentary = null
await matches.synced
addEventListener('hashchange', follow)
follow()

function follow() {
  chosen = /^#(m\d+)$/.exec(location.hash)?.[1] ?? null
  document.body.classList.toggle('chosen', chosen !== null)
  list.choose(chosen)
  scrollTo(0, 0)
  subscribeCommentary()
}

/** The story so far, and then each line as it is written. No match has as many as 200 lines. */
function subscribeCommentary() {
  void commentary?.close()
  commentary = null
  if (chosen === null) return
  view.begin()
  showChosen()
  commentary = session.subscribe(`commentary/${chosen}`, { delivery: 'all', since: { count: 200 } })
  commentary.on('update', ({ value, removed }) => removed || view.tell(value))
  // Lines were lost: the page was away for longer than the gateway keeps its session. It is told the story once more.
  commentary.on('resynchronised', subscribeCommentary)
}

function showChosen() {
  const match = list.matchOf(chosen)
  if (match === undefined) view.end()
  else view.show(match)
}
