import type { Clock, Gateway, GatewayMessage, Principal, Publish } from '../../core/index.js'
import { Repeats } from '../../net/index.js'
import type { Log } from '../../ops/index.js'
import type { Feed, Publication } from './feed.js'
import { OfferedBytes } from './offered.js'
import { Player } from './player.js'

/** The demo publishes as whoever shows no credentials, and so has no more rights than the page has. */
const principal: Principal = { name: 'anonymous', roles: [], rootPath: '', properties: {} }
const encoder = new TextEncoder()

/** Replays feeds into a gateway. Among them it says, once a second, what a plain server would have sent so far. */
export function demoPlayer(gateway: Gateway, clock: Clock, feeds: readonly Feed[], log: Log): Player {
  const offered = new OfferedBytes()
  const repeats = new Repeats(() => clock.nowMs())
  return new Player(clock, [...feeds, totals(offered)], (publication) => {
    const json = JSON.stringify(publication.value)
    offered.add(publication, json)
    const answered = (answer: GatewayMessage) => {
      if (answer.kind === 'publishRefused' && repeats.admit('refused') !== null) {
        log.warn({ path: publication.path, refusal: answer.refusal }, 'the demo was refused a publish')
      }
    }
    gateway.request(principal, message(publication, json), answered)
  })
}

/** `demo/offered`, once a second. */
function totals(offered: OfferedBytes): Feed {
  return {
    name: 'demo',
    about: 'what a plain server would have sent',
    rowsPerSecond: 1,
    *replay() {
      for (;;) yield [{ path: 'demo/offered', value: { ...offered.total() } }]
    },
  }
}

function message({ path }: Publication, json: string): Publish {
  return {
    kind: 'publish',
    sequence: 1,
    path,
    alias: 0,
    value: encoder.encode(json),
    type: 'json',
    merge: false,
    timeMs: 0,
    lifetimeMs: 0,
    attributes: null,
    handling: null,
    expect: null,
    properties: null,
  }
}
