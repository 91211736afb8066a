import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Subscribe, Subscription } from '../../codecs/mqtt/index.js'
import { reasons } from '../../codecs/mqtt/index.js'
import type { ClientMessage, RefusalCode } from '../../core/index.js'
import { mqttTransportLimits as limits } from './limits.js'
import { Requests } from './requests.js'
import { TermsPool } from './terms-pool.js'

const filterOf = (filter: string, more: Partial<Subscription> = {}): Subscription => ({
  filter,
  qos: 1,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
  ...more,
})

const packetOf = (subscriptions: readonly Subscription[], more: Partial<Subscribe> = {}): Subscribe => ({
  kind: 'subscribe',
  packetId: 7,
  subscriptionId: 0,
  userProperties: [],
  subscriptions,
  ...more,
})

/** Requests whose messages to core are at hand. */
function asking(isBridge = false) {
  const told: ClientMessage[] = []
  const requests = new Requests(new TermsPool(), isBridge, (message) => told.push(message))
  return {
    requests,
    told,
    subscribes: () => told.flatMap((message) => (message.kind === 'subscribe' ? [message] : [])),
  }
}

const granted = (request: number) => ({ kind: 'subscribed', request, subscription: 1 }) as const
const refused = (request: number, code: RefusalCode) =>
  ({ kind: 'refused', request, refusal: { code, detail: '' } }) as const

/** What core is asked of a filter. */
function askedOf(filter: Subscription, more: Partial<Subscribe> = {}, isBridge = false) {
  const { requests, subscribes } = asking(isBridge)
  requests.subscribe(packetOf([filter], more))
  const [asked] = subscribes()
  assert.ok(asked)
  return asked
}

suite('mqtt requests', () => {
  test('a packet is answered when core has answered all of it, in the order of its filters', () => {
    const { requests, told } = asking()
    assert.equal(
      requests.subscribe(packetOf([filterOf('a', { qos: 0 }), filterOf('b'), filterOf('c', { qos: 2 })])),
      null,
    )
    assert.deepEqual([requests.answered(granted(3)), requests.answered(refused(2, 'forbidden'))], [null, null])
    const answered = requests.answered(granted(1))
    const said = [answered?.kind, answered?.packetId, answered?.reasons]
    assert.deepEqual(said, ['suback', 7, [0, reasons.notAuthorized, 2]])
    assert.equal(told.length, 3)
  })

  test('packets that wait at the same time are answered apart', () => {
    const { requests } = asking()
    requests.subscribe(packetOf([filterOf('a')], { packetId: 1 }))
    requests.unsubscribe({ kind: 'unsubscribe', packetId: 2, userProperties: [], filters: ['b', 'c'] })
    const done = (request: number) => requests.answered({ kind: 'done', request, count: 1 })
    assert.equal(done(3), null)
    assert.deepEqual(requests.answered(granted(1))?.packetId, 1)
    const answered = requests.answered(refused(2, 'notFound'))
    assert.deepEqual(
      [answered?.kind, answered?.packetId, answered?.reasons],
      ['unsuback', 2, [reasons.noSubscriptionExisted, reasons.success]],
    )
  })

  test('an answer to nothing that is asked is no answer, nor is a second one', () => {
    const { requests } = asking()
    requests.subscribe(packetOf([filterOf('a')]))
    assert.equal(requests.answered(granted(2)), null)
    assert.notEqual(requests.answered(granted(1)), null)
    assert.equal(requests.answered(granted(1)), null)
  })

  test('what is no filter for core is answered without asking it', () => {
    const { requests, told } = asking()
    const long = 'x'.repeat(65_000)
    assert.deepEqual(requests.subscribe(packetOf([filterOf(long)]))?.reasons, [reasons.topicFilterInvalid])
    const unsubscribe = { kind: 'unsubscribe', packetId: 2, userProperties: [], filters: [long] } as const
    assert.deepEqual(requests.unsubscribe(unsubscribe)?.reasons, [reasons.noSubscriptionExisted])
    assert.deepEqual(told, [])
    assert.equal(requests.subscribe(packetOf([filterOf(long), filterOf('a')])), null)
    assert.deepEqual(requests.answered(granted(1))?.reasons, [reasons.topicFilterInvalid, reasons.grantedQos1])
  })

  test('a filter says what it says: braces and tildes mean themselves [SEM 5.3]', () => {
    const selectors = ['a/+/#', '{a,b}', '~"x"', '=a'].map((filter) => askedOf(filterOf(filter)).selector)
    assert.deepEqual(selectors, ['a/+/#', '="{a,b}"', '="~\\"x\\""', '="=a"'])
  })

  test('a shared subscription joins a group, and leaves that again', () => {
    const { requests, told } = asking()
    requests.subscribe(packetOf([filterOf('$share/g/a/#')]))
    requests.unsubscribe({ kind: 'unsubscribe', packetId: 2, userProperties: [], filters: ['$share/g/a/#', 'a/#'] })
    const asked = told.map((message) =>
      'selector' in message && 'group' in message ? [message.selector, message.group] : null,
    )
    assert.deepEqual(asked, [['a/#', { name: 'g', order: 'none' }], ['a/#', 'g'], null])
  })

  test('user properties ask for the latest alone, for a rate and for an order of groups; what cannot be read asks for nothing', () => {
    const optionsOf = (...userProperties: (readonly [string, string])[]) => {
      const { options, group } = askedOf(filterOf('$share/g/a'), { userProperties })
      return [options.delivery, options.intervalMs, group?.order]
    }
    assert.deepEqual(
      [
        optionsOf(),
        optionsOf(['delivery', 'latest']),
        optionsOf(['rate', '2/s']),
        optionsOf(['rate', '30/m'], ['delivery', 'all']),
        optionsOf(['rate', '1/h'], ['order', 'path']),
        optionsOf(['rate', '0/s'], ['order', 'random'], ['delivery', 'often']),
        optionsOf(['rate', '2/d']),
      ],
      [
        [null, 0, 'none'],
        ['latest', 0, 'none'],
        ['latest', 500, 'none'],
        [null, 2_000, 'none'],
        ['latest', 3_600_000, 'path'],
        [null, 0, 'none'],
        [null, 0, 'none'],
      ],
    )
  })

  test('a packet that asks for very much is worked off in steps, and answered once', () => {
    const { requests, told } = asking()
    const count = 2 * limits.filtersPerStep + 1
    const filters = Array.from({ length: count }, (_, index) => filterOf(`a/${index}`))
    assert.equal(requests.subscribe(packetOf(filters)), null)
    const steps = [told.length]
    for (let request = 1; request <= limits.filtersPerStep; request++) requests.answered(granted(request))
    while (requests.isAtWork) {
      assert.equal(requests.goOn(), null)
      steps.push(told.length)
    }
    assert.deepEqual(steps, [limits.filtersPerStep, 2 * limits.filtersPerStep, count])
    for (let request = limits.filtersPerStep + 1; request < count; request++)
      assert.equal(requests.answered(granted(request)), null)
    assert.equal(requests.answered(granted(count))?.reasons.length, count)
  })

  test('who may lose messages conflates at the bound of history, who may not is disconnected [SEM 3.3]', () => {
    const overflows = ([0, 1, 2] as const).map((qos) => askedOf(filterOf('a', { qos })).options.overflow)
    assert.deepEqual(overflows, ['conflate', 'disconnect', 'disconnect'])
  })

  test('a bridge is not told its own messages, and sees which are retained', () => {
    const termsOf = (isBridge: boolean) =>
      askedOf(filterOf('a'), { subscriptionId: 5 }, isBridge).options.messages?.terms
    assert.deepEqual(termsOf(true), { qos: 1, excludesOwn: true, labels: ['r5'] })
    assert.deepEqual(termsOf(false), { qos: 1, excludesOwn: false, labels: ['-5'] })
  })

  test('retain handling says whether retained values come each time, the first time, or never', () => {
    const told = ([0, 1, 2] as const).map((retainHandling) => askedOf(filterOf('a', { retainHandling })))
    assert.deepEqual(
      told.map(({ options }) => options.messages?.retained),
      ['always', 'ifNew', 'never'],
    )
  })
})
