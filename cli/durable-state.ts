import type { DurableOptions, Gateway } from '../core/index.js'
import { logLifeOf } from '../core/index.js'
import type { Log } from '../ops/index.js'
import { LevelStore, StoreError, storeLimits } from '../store/index.js'
import type { DataSettings } from './config/index.js'
import { Failure } from './failure.js'
import { NodeClock } from './node-clock.js'

/** What a gateway keeps over restarts, open. */
export interface DurableState {
  readonly options: DurableOptions
  /** Puts back what was there before, before anybody is let in. */
  restore(gateway: Gateway): Promise<void>
  /** Writes what is left. */
  close(): Promise<void>
}

/**
 * Opens the folder of durable state; null where none is configured. Throws a `Failure` where it cannot be used. `failed` is called
 * where it cannot be written any more: nothing is accepted from then on.
 */
export async function openDurableState(
  data: DataSettings,
  log: Log,
  failed: (error: Error) => void,
): Promise<DurableState | null> {
  const { dir: folder, commit: mode, syncMs } = data
  if (folder === null) return null
  const store = await LevelStore.open({
    folder,
    mode,
    clock: new NodeClock(),
    failed,
    limits: { ...storeLimits, syncMs },
  }).catch(asFailure)
  for (const line of store.dropped) log.warn({ folder, line }, 'a part of the stored state was damaged and is left out')
  const life = await firstOf(store.records('log').read('life'))
  return {
    options: { store, life: life && logLifeOf(life.value), answersWait: mode === 'always' },
    restore: async (gateway) => {
      const restoring = gateway.restoring()
      for await (const { key, value } of store.records('lives').read('')) restoring.life(key, value)
      for await (const { value } of store.records('removals').read('lost')) restoring.lost(value)
      for await (const { offset, record } of store.sequence('removals').read(0)) restoring.removal(offset, record)
      for await (const { key, value } of store.records('topics').read('')) restoring.topic(key, value)
      const states = new Map<string, Uint8Array>()
      for await (const { key, value } of store.records('session-states').read('')) states.set(key, value.slice())
      for await (const { key, value } of store.records('sessions').read(''))
        restoring.session(key, value, states.get(key) ?? null)
      for await (const { key, value } of store.records('wills').read('')) restoring.will(key, value)
      for await (const { key, value } of store.records('groups').read('')) restoring.group(key, value)
      const from = restoring.neededFrom
      if (Number.isFinite(from)) {
        for await (const { offset, record } of store.sequence('messages').read(from)) restoring.message(offset, record)
      }
      restoring.end()
    },
    close: () => store.close(),
  }
}

/** What the store says of its folder is for people. */
const asFailure = (error: unknown): never => {
  throw error instanceof StoreError ? new Failure(1, `rivulet: ${error.message}`, { cause: error }) : error
}

async function firstOf<Item>(items: AsyncIterable<Item>): Promise<Item | null> {
  for await (const item of items) return item
  return null
}
