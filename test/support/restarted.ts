import type { Gateway, Store } from '../../core/index.js'
import { logLifeOf } from '../../core/index.js'
import { memoryGateway } from './memory-gateway.js'
import { ScriptedAccess } from './scripted-access.js'
import type { SimulatedClock } from './simulated-clock.js'

/** A gateway with all that a store has of earlier lives, as a process has it that was started again. */
export async function startedOn(
  store: Store,
  clock?: SimulatedClock,
  { answersWait = false, limits = {}, seed = 1, access = new ScriptedAccess() } = {},
) {
  const [life = null] = await all(store.records('log').read('life'))
  const made = memoryGateway(
    {
      limits,
      authenticator: access,
      authorizer: access,
      durable: { store, life: life && logLifeOf(life.value), answersWait },
    },
    clock,
    seed,
  )
  await restore(made.gateway, store)
  return made
}

async function restore(gateway: Gateway, store: Store): Promise<void> {
  const restoring = gateway.restoring()
  for (const { key, value } of await all(store.records('lives').read(''))) restoring.life(key, value)
  for (const { value } of await all(store.records('removals').read('lost'))) restoring.lost(value)
  for (const { offset, record } of await all(store.sequence('removals').read(0))) restoring.removal(offset, record)
  for (const { key, value } of await all(store.records('topics').read(''))) restoring.topic(key, value)
  const states = new Map((await all(store.records('session-states').read(''))).map(({ key, value }) => [key, value]))
  for (const { key, value } of await all(store.records('sessions').read('')))
    restoring.session(key, value, states.get(key) ?? null)
  for (const { key, value } of await all(store.records('wills').read(''))) restoring.will(key, value)
  for (const { key, value } of await all(store.records('groups').read(''))) restoring.group(key, value)
  const from = Number.isFinite(restoring.neededFrom) ? restoring.neededFrom : 0
  for (const { offset, record } of await all(store.sequence('messages').read(from))) restoring.message(offset, record)
  restoring.end()
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}
