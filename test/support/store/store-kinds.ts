import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store, StoredRecord, StoredValue } from '../../../core/index.js'
import type { CommitMode, LevelStoreOptions } from '../../../store/index.js'
import { LevelStore, MemoryStore } from '../../../store/index.js'
import { SimulatedClock } from '../simulated-clock.js'

/** A store for one test, and what ends it. */
export interface OpenStore {
  readonly store: Store
  close(): Promise<void>
}

/** A folder of its own for a test. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'rivulet-store-'))
}

/** Opens a folder in a test; a failure at run time that the test did not ask for is thrown. */
export function openLevel(folder: string, options: Partial<LevelStoreOptions> = {}): Promise<LevelStore> {
  const failed = (error: Error): never => {
    throw error
  }
  return LevelStore.open({ folder, mode: 'interval', clock: new SimulatedClock(), failed, ...options })
}

async function level(mode: CommitMode): Promise<OpenStore> {
  const folder = temporaryFolder()
  const store = await openLevel(folder, { mode })
  const close = async (): Promise<void> => {
    await store.close()
    rmSync(folder, { recursive: true })
  }
  return { store, close }
}

/** All kinds of store: one contract. */
export const storeKinds: Readonly<Record<string, () => Promise<OpenStore>>> = {
  'in memory': () => Promise.resolve({ store: new MemoryStore(), close: () => Promise.resolve() }),
  'in a folder, synced every so often': () => level('interval'),
  'in a folder, each group synced': () => level('always'),
}

/** Fulfilled when what was written before is committed. */
export function committed(store: Store): Promise<void> {
  return new Promise((resolve) => store.committed(resolve))
}

/** What a reading gives, as `key=value` with text for bytes. */
export async function values(reading: AsyncIterable<StoredValue>): Promise<string[]> {
  const all: string[] = []
  for await (const { key, value } of reading) all.push(`${key}=${Buffer.from(value).toString()}`)
  return all
}

/** What a reading gives, as `offset=record` with text for bytes. */
export async function log(reading: AsyncIterable<StoredRecord>): Promise<string[]> {
  const all: string[] = []
  for await (const { offset, record } of reading) all.push(`${offset}=${Buffer.from(record).toString()}`)
  return all
}
