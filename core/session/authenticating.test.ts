import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { bytes, plainHello, publication, text } from '../../test/support/memory-peer.js'
import { NotingLink } from '../../test/support/noting-link.js'
import { principal } from '../../test/support/scripted-access.js'
import type { Authentication, Authenticator, Credentials } from '../index.js'

const method = 'riddle'
/** What the client says at each step, and what it is told before the next. */
const steps = [
  ['hello', 'first'],
  ['one', 'second'],
] as const
const last = 'two'

/** Lets in who knows the answer to two riddles; asks the first again whoever answers it so. */
class Riddles implements Authenticator {
  name = 'ann'

  authenticate({ method: asked, data }: Credentials, answer: Answer): void {
    if (asked === method) this.step(0, data ?? bytes(''), answer)
    else answer({ kind: 'refused', why: 'no such method', isMethodUnknown: true })
  }

  private step(at: number, said: Uint8Array, answer: Answer): void {
    const [expected, question] = steps[at] ?? [last, null]
    if (text(said) !== expected) return answer({ kind: 'refused', why: 'wrong' })
    if (question === null) return answer({ kind: 'accepted', principal: principal(this.name), data: bytes('welcome') })
    const next = (data: Uint8Array, judged: Answer) => this.step(at + 1, data, judged)
    answer({ kind: 'challenged', data: bytes(question), next })
  }
}

type Answer = (result: Authentication) => void

/** A client that has said hello by this method. */
function greeted(authenticator: Authenticator, credentials = { peer: '', method, data: bytes('hello') }) {
  const { clock, gateway, failures } = memoryGateway({ authenticator })
  const link = new NotingLink()
  const owner = gateway.attach(link, 'test', 'test')
  const say = (data: string) => {
    owner.received({ kind: 'authenticate', method, data: bytes(data) })
    clock.advance(5)
  }
  owner.received({ ...plainHello, credentials })
  clock.advance(5)
  const told = () =>
    link.replies.map((reply) => ('data' in reply && reply.data ? `${reply.kind} ${text(reply.data)}` : reply.kind))
  return { clock, gateway, failures, link, owner, say, told }
}

suite('authentication in several steps', () => {
  test('asks until it knows who the client is, and welcomes it with the last word of the method', () => {
    const { say, told, failures } = greeted(new Riddles())
    say('one')
    say('two')
    assert.deepEqual(told(), ['challenge first', 'challenge second', 'welcome welcome'])
    assert.deepEqual(failures, [])
  })

  test('ends with the first wrong answer', () => {
    const { say, link } = greeted(new Riddles())
    say('two')
    assert.deepEqual(link.notes, ['challenge', 'notAuthenticated'])
  })

  test('tells a client whose method is not known so, and where another is to go', () => {
    const refused = greeted(new Riddles(), { peer: '', method: 'none', data: bytes('') })
    assert.deepEqual(refused.link.replies, [{ kind: 'denied', reason: 'methodUnknown', server: '' }])
    assert.equal(refused.link.notes.at(-1), 'notAuthenticated')
    for (const isForGood of [false, true]) {
      const { link } = greeted({
        authenticate: (_credentials, answer) => answer({ kind: 'redirected', server: 'other:1883', isForGood }),
      })
      const reason = isForGood ? 'elsewhereForGood' : 'elsewhere'
      assert.deepEqual(link.replies, [{ kind: 'denied', reason, server: 'other:1883' }])
      assert.equal(link.notes.at(-1), 'notAuthenticated')
    }
  })

  test('says nothing of why to a client that is refused without more', () => {
    const { link } = greeted({ authenticate: (_credentials, answer) => answer({ kind: 'refused', why: 'secret' }) })
    assert.deepEqual([link.notes, link.replies], [['notAuthenticated'], []])
  })

  test('is not gone on with by a client that was asked nothing', () => {
    const { link, say } = greeted({ authenticate: () => undefined })
    say('one')
    assert.deepEqual(link.notes, ['protocolViolation'])
  })

  test('answers a riddle once: what is said to an answered one is out of turn', () => {
    let judge: Answer = () => undefined
    const next = (_data: Uint8Array, answer: Answer) => {
      judge = answer
    }
    const { link, say } = greeted({
      authenticate: (_credentials, answer) => answer({ kind: 'challenged', data: bytes('?'), next }),
    })
    say('one')
    say('two')
    assert.equal(link.notes.at(-1), 'protocolViolation')
    judge({ kind: 'accepted', principal: principal('ann') })
    assert.equal(link.notes.at(-1), 'protocolViolation', 'an answer that comes too late lets nobody in')
  })

  test('holds back what the client says meanwhile, in order', () => {
    const { gateway, clock, owner, say } = greeted(new Riddles())
    owner.received(publication('a', '1'))
    owner.received(publication('a', '2'))
    assert.equal(gateway.topics.count, 0)
    say('one')
    say('two')
    clock.advance(5)
    const topic = gateway.topics.tree.find('a')
    assert.equal(topic && text(gateway.topics.versions.current(topic).value), '2')
  })

  test('ends where the client answers too late', () => {
    const { clock, link } = greeted(new Riddles())
    clock.advance(12_000)
    assert.equal(link.notes.at(-1), 'authenticationTimeout')
  })
})

suite('authentication of a client that is here', () => {
  const live = () => {
    const riddles = new Riddles()
    const made = greeted(riddles)
    made.say('one')
    made.say('two')
    return { ...made, riddles }
  }

  test('goes through the steps anew, and tells the outcome', () => {
    const { say, told, link } = live()
    for (const answer of ['hello', 'one', 'two']) say(answer)
    assert.deepEqual(told().slice(3), ['challenge first', 'challenge second', 'authenticated welcome'])
    assert.ok(!link.notes.includes('notAuthenticated'))
  })

  test('ends its link where it fails, or where it turns out to be somebody else', () => {
    const wrong = live()
    for (const answer of ['hello', 'nonsense']) wrong.say(answer)
    assert.equal(wrong.link.notes.at(-1), 'notAuthenticated')
    const other = live()
    other.riddles.name = 'bob'
    for (const answer of ['hello', 'one', 'two']) other.say(answer)
    assert.equal(other.link.notes.at(-1), 'notAuthenticated')
  })

  test('lets it go on meanwhile', () => {
    const { owner, say, clock, gateway, link } = live()
    say('hello')
    owner.received(publication('a', '1'))
    clock.advance(5)
    assert.equal(gateway.topics.count, 1)
    assert.equal(link.notes.at(-1), 'challenge')
  })
})
