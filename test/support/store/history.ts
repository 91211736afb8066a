import type { Store } from '../../../core/index.js'
import { MemoryStore } from '../../../store/index.js'
import { Random } from '../random.js'
import { log, values } from './store-kinds.js'

/** Offsets that one group of a history may use. */
const offsetsPerGroup = 16

/**
 * Writes group `n` of the history that belongs to a seed: puts, deletes, a range, records of a log, a trim, and its own number
 * under the key `count`. Whoever has groups 1 to n has exactly one state.
 */
export function writeGroup(store: Store, seed: number, n: number): void {
  const random = new Random(seed * 1_000_003 + n)
  const [records, sequence] = [store.records('retained'), store.sequence('log')]
  const key = (): string => `${random.pick(['a', 'b', 'c'])}/${random.below(30)}`
  if (random.below(8) === 0) records.deleteAll(random.pick(['a/', 'b/', 'c/1']))
  for (let left = random.below(10); left > 0; left--) records.put(key(), random.bytes(random.below(400)))
  for (let left = random.below(4); left > 0; left--) records.delete(key())
  for (let at = random.below(offsetsPerGroup); at < offsetsPerGroup; at++) {
    sequence.append(n * offsetsPerGroup + at, random.bytes(random.below(200)))
  }
  if (random.below(5) === 0) sequence.trim((n - 20) * offsetsPerGroup + random.below(offsetsPerGroup))
  records.put('count', Buffer.from(String(n)))
}

/** The number of the last group that a store holds; 0: none. */
export async function groupsIn(store: Store): Promise<number> {
  for await (const { value } of store.records('retained').read('count')) return Number(Buffer.from(value).toString())
  return 0
}

/** Everything that a history has written to a store. */
export async function stateOf(store: Store): Promise<readonly string[]> {
  return [...(await values(store.records('retained').read(''))), ...(await log(store.sequence('log').read(0)))]
}

/** The state after groups 1 to `count`. */
export function stateAfter(seed: number, count: number): Promise<readonly string[]> {
  const store = new MemoryStore()
  for (let n = 1; n <= count; n++) writeGroup(store, seed, n)
  return stateOf(store)
}
