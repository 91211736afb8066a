import assert from 'node:assert/strict'
import type { Authentication, Credentials } from '../../../core/index.js'
import { defaultLimits, frameBytesMax, openAccess } from '../../../core/index.js'
import { plainHello, publication } from '../../support/memory-peer.js'
import type { ConformanceCase } from '../world.js'

const principal = { name: 'ada', roles: [], rootPath: '', properties: {} }

/** Lets in whoever has the password `right`. */
const passwordNeeded = {
  authenticate: ({ password }: Credentials, answer: (result: Authentication) => void) =>
    answer(password === 'right' ? { kind: 'accepted', principal } : { kind: 'refused', why: 'wrong password' }),
}

/** Answers when it is told to. */
class LateAuthenticator {
  readonly asked: Credentials[] = []
  private answer: ((result: Authentication) => void) | null = null

  authenticate(credentials: Credentials, answer: (result: Authentication) => void): void {
    this.asked.push(credentials)
    this.answer = answer
  }

  accept(): void {
    this.answerWith({ kind: 'accepted', principal })
  }

  answerWith(result: Authentication): void {
    this.answer?.(result)
  }
}

let late = new LateAuthenticator()

const withLate = () => {
  late = new LateAuthenticator()
  return { authenticator: late }
}

/** From the first message to the welcome. */
export const greeting: readonly ConformanceCase[] = [
  {
    name: 'a hello is answered with a welcome that says what was granted [PROTOCOL 2.5, 2.6]',
    gateway: () => ({ limits: { sessionTimeoutMsMax: 30_000, messageBytesMax: 70_000 } }),
    run: async (world) => {
      const client = world.client()
      const welcome = await client.connect({ sessionTimeoutMs: 60_000, keepAliveMs: 20_000 })
      const { version, start, sessionTimeoutMs, keepAliveMs, messageBytesMax, epoch, token, sequence } = welcome
      assert.deepEqual({ version, start, sequence }, { version: 1, start: 'new', sequence: 0 })
      assert.deepEqual({ sessionTimeoutMs, keepAliveMs }, { sessionTimeoutMs: 30_000, keepAliveMs: 20_000 })
      assert.equal(messageBytesMax, frameBytesMax({ ...defaultLimits, messageBytesMax: 70_000 }))
      assert.equal(epoch, world.gateway.statistics().epoch)
      assert.equal(token.length, 16)
    },
  },
  {
    name: 'anything before the hello ends the link with protocolViolation [PROTOCOL 2.1]',
    run: async (world) => {
      const early = [{ kind: 'ping', nonce: 1 }, { kind: 'bye' }, publication('a', '1')] as const
      for (const message of early) {
        const client = await world.client().dial()
        client.say(message)
        assert.equal(await client.ended(), 'protocolViolation', message.kind)
      }
      assert.equal(world.gateway.statistics().topics, 0)
    },
  },
  {
    name: 'a second hello ends the link with protocolViolation [PROTOCOL 2.1]',
    run: async (world) => {
      const client = await world.connected()
      client.say(plainHello)
      assert.equal(await client.ended(), 'protocolViolation')
    },
  },
  {
    name: 'no hello in time ends the link with helloTimeout [PROTOCOL 2.1]',
    run: async (world) => {
      const client = await world.client().dial()
      await world.time.until('the link', () => world.links.length === 1)
      await world.time.pass(12_000)
      assert.equal(await client.ended(), 'helloTimeout')
    },
  },
  {
    name: 'refused credentials end the link with notAuthenticated, right ones open it [PROTOCOL 2.3]',
    gateway: () => ({ authenticator: passwordNeeded }),
    run: async (world) => {
      const wrong = await world.client().dial()
      wrong.say({ ...plainHello, credentials: { user: 'ada', password: 'wrong', peer: '' } })
      assert.equal(await wrong.ended(), 'notAuthenticated')
      await world.connected({ credentials: { user: 'ada', password: 'right', peer: '' } })
      assert.equal(world.gateway.statistics().sessions, 1)
    },
  },
  {
    name: 'an authenticator that is too busy to look ends the link with tooManyRequests, which invites back [PROTOCOL 2.3]',
    gateway: withLate,
    run: async (world) => {
      const client = await world.client().dial()
      client.say(plainHello)
      await client.until('authentication', () => late.asked.length === 1)
      late.answerWith({ kind: 'busy', why: 'the line is full' })
      assert.equal(await client.ended(), 'tooManyRequests')
      assert.equal(world.gateway.statistics().sessions, 0)
      const again = client.connect()
      await client.until('authentication', () => late.asked.length === 2)
      late.accept()
      assert.equal((await again).start, 'new')
    },
  },
  {
    name: 'credentials reach the authenticator as they were given [PROTOCOL 2.3]',
    gateway: withLate,
    run: async (world) => {
      const client = await world.client().dial()
      client.say({ ...plainHello, credentials: { user: 'ådå', password: 'p/w', token: 't', peer: '' } })
      await client.until('authentication', () => late.asked.length === 1)
      const [{ user, password, token } = {}] = late.asked
      assert.deepEqual({ user, password, token }, { user: 'ådå', password: 'p/w', token: 't' })
    },
  },
  {
    name: 'a principal that may not connect gets forbidden [PROTOCOL 2.3]',
    gateway: () => ({
      authorizer: { ...openAccess.authorizer, allows: (_principal, action) => action !== 'connect' },
    }),
    run: async (world) => {
      const client = await world.client().dial()
      client.say(plainHello)
      assert.equal(await client.ended(), 'forbidden')
    },
  },
  {
    name: 'what is said before the authenticator has answered is done afterwards, in order [PROTOCOL 2.6]',
    gateway: withLate,
    run: async (world) => {
      const client = await world.client().dial()
      client.say(plainHello)
      for (const nonce of [1, 2, 3]) client.say({ kind: 'ping', nonce })
      await client.until('all messages', () => world.links[0]?.kinds.length === 4)
      assert.equal(client.ear.heard.length, 0)
      late.accept()
      await client.until('pongs', () => client.ear.replies('pong').length === 3)
      assert.deepEqual(
        client.ear.heard.map((item) => ('nonce' in item ? item.nonce : item.kind)),
        ['welcome', 1, 2, 3],
      )
    },
  },
  {
    name: 'more than 100 messages before the welcome end the link with tooManyRequests [PROTOCOL 2.6]',
    gateway: withLate,
    run: async (world) => {
      const client = await world.client().dial()
      client.say(plainHello)
      for (let nonce = 0; nonce < 101; nonce++) client.say({ kind: 'ping', nonce })
      assert.equal(await client.ended(), 'tooManyRequests')
    },
  },
  {
    name: 'more than 64 KiB before the welcome end the link with tooManyRequests, and are not done [PROTOCOL 2.6]',
    gateway: withLate,
    run: async (world) => {
      const client = await world.client().dial()
      client.say(plainHello)
      for (let part = 0; part < 3; part++) client.say(publication(`big/${part}`, new Uint8Array(30_000)))
      assert.equal(await client.ended(), 'tooManyRequests')
      const modest = await world.client().dial()
      modest.say(plainHello)
      for (let part = 0; part < 3; part++) modest.say(publication(`small/${part}`, new Uint8Array(20_000)))
      await modest.until('all messages', () => world.links[1]?.kinds.length === 4)
      late.accept()
      await modest.until('all topics', () => world.gateway.statistics().topics === 3)
      assert.equal(modest.ear.closedFor, null)
    },
  },
  {
    name: 'long selectors before the welcome count towards its 64 KiB, too [PROTOCOL 2.6]',
    gateway: withLate,
    run: async (world) => {
      const client = await world.client().dial()
      client.say(plainHello)
      for (let request = 1; request <= 9; request++)
        client.say({ kind: 'unsubscribe', request, selector: 'x'.repeat(8_000) })
      assert.equal(await client.ended(), 'tooManyRequests')
    },
  },
  {
    name: 'an authenticator that does not answer ends the link with authenticationTimeout [SEM 6.1]',
    gateway: withLate,
    run: async (world) => {
      const client = await world.client().dial()
      client.say(plainHello)
      await client.until('authentication', () => late.asked.length === 1)
      await world.time.pass(12_000)
      assert.equal(await client.ended(), 'authenticationTimeout')
      late.accept()
      assert.equal(world.gateway.statistics().sessions, 0)
    },
  },
  {
    name: 'an authenticator that answers twice is heard once [SEM 6.1]',
    gateway: withLate,
    run: async (world) => {
      const client = world.client()
      const welcome = client.connect()
      await client.until('authentication', () => late.asked.length === 1)
      late.accept()
      late.answerWith({ kind: 'refused', why: 'second thoughts' })
      assert.equal((await welcome).start, 'new')
      late.accept()
      await client.roundTrip()
      assert.deepEqual([client.ear.replies('welcome').length, world.gateway.statistics().sessions], [1, 1])
    },
  },
  {
    name: 'a ping is answered with the same nonce [PROTOCOL 2.11]',
    run: async (world) => {
      const client = await world.connected()
      for (const nonce of [0, 7, 0xffff_ffff]) client.say({ kind: 'ping', nonce })
      await client.until('pongs', () => client.ear.replies('pong').length === 3)
      assert.deepEqual(
        client.ear.replies('pong').map(({ nonce }) => nonce),
        [0, 7, 0xffff_ffff],
      )
    },
  },
  {
    name: 'what cannot be understood ends the link with malformedMessage [PROTOCOL 1.8]',
    run: async (world) => {
      const client = await world.connected()
      const other = await world.connected()
      client.sayGarbage()
      assert.equal(await client.ended(), 'malformedMessage')
      await other.roundTrip()
    },
  },
]
