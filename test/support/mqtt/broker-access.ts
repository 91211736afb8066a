import type { Authentication, Challenged, Credentials } from '../../../core/index.js'
import { principal, ScriptedAccess } from '../scripted-access.js'

/** Who may connect with a password; whoever gives no name is let in without one. */
export const account = { username: 'device', password: 'secret' } as const

/** The authentication method in which the server asks one question, whoever connects. */
export const challenge = { method: 'challenge', answer: 'the right answer' } as const

/** The first level of topics that nobody may publish to. */
export const forbidden = 'forbidden'

/** Who may do what at the server under test: as `account`, `challenge` and `forbidden` say. */
export class BrokerAccess extends ScriptedAccess {
  override allowed = (_who: unknown, action: string, path: string): boolean =>
    action !== 'publish' || !path.startsWith(`${forbidden}/`)

  override authenticate(credentials: Credentials, answer: (result: Authentication) => void): void {
    const { method } = credentials
    if (method === undefined) answer(judge(credentials))
    else if (method === challenge.method) answer(question)
    else answer({ kind: 'refused', why: 'a method that nobody knows', isMethodUnknown: true })
  }
}

const letIn: Authentication = { kind: 'accepted', principal: principal('device') }

const question: Challenged = {
  kind: 'challenged',
  data: Buffer.from('what is the answer?'),
  next: (data, answer) => {
    const isRight = Buffer.from(data).toString() === challenge.answer
    answer(isRight ? letIn : { kind: 'refused', why: 'a wrong answer' })
  },
}

function judge({ user, password }: Credentials): Authentication {
  const isKnown = user === undefined || (user === account.username && password === account.password)
  return isKnown ? letIn : { kind: 'refused', why: 'a wrong password' }
}
