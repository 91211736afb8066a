import type { Clock } from '../clock.js'
import type { Limits } from '../limits.js'
import type { Administer } from '../messages.js'
import { refuse } from '../refusals.js'
import type { Statistics } from '../statistics.js'
import { briefReport, fullReport } from './reports.js'
import type { Requester } from './requester.js'
import type { Session } from './session.js'
import type { Sessions } from './sessions.js'
import type { Subscriptions } from './subscriptions.js'

/** What administration needs of the gateway. */
export interface AdministrationHost {
  readonly clock: Clock
  readonly limits: Limits
  readonly sessions: Sessions
  readonly subscriptions: Subscriptions
  statistics(): Statistics
  ended(session: Session, reason: 'sessionRemoved'): void
}

/** Answers those who look after the gateway: who is here, why somebody did not get something, and out with that one. */
export class Administration {
  private readonly host: AdministrationHost

  constructor(host: AdministrationHost) {
    this.host = host
  }

  administer(message: Administer, requester: Requester): void {
    const { request, operation, target } = message
    if (!requester.rights.mayAdminister()) {
      return requester.reply({ kind: 'refused', request, refusal: refuse('forbidden') })
    }
    const answer = (content: unknown) => requester.reply({ kind: 'report', request, document: JSON.stringify(content) })
    if (operation === 'showGateway') return answer(this.host.statistics())
    const refused = (why: string) => requester.reply({ kind: 'refused', request, refusal: refuse('notFound', why) })
    if (operation === 'listSessions') {
      const page = this.list(message.after)
      return page ? answer(page) : refused('no such page: list from the start')
    }
    const session = this.host.sessions.withId(target)
    if (!session) return refused(`no session ${target}`)
    if (operation === 'showSession') return answer(this.show(session))
    this.host.ended(session, 'sessionRemoved')
    requester.reply({ kind: 'done', request, count: 1 })
  }

  private show(session: Session) {
    return fullReport(session, this.host.subscriptions.of(session).values(), this.host.clock.nowMs())
  }

  /**
   * A page of sessions in the order in which they began; `after` names the number of the last one if there are more, so that the
   * next page is behind it whether it is there or not. Null: that is no number. [PROTOCOL 9.2]
   */
  private list(after: string) {
    if (!/^\d{0,15}$/.test(after)) return null
    const page: ReturnType<typeof briefReport>[] = []
    const { sessions, limits } = this.host
    for (const session of sessions.all()) {
      if (session.number <= Number(after)) continue
      page.push(briefReport(session))
      if (page.length >= limits.listSessionsMax) return { sessions: page, after: `${session.number}` }
    }
    return { sessions: page, after: null }
  }
}
