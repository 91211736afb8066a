import { randomFillSync } from 'node:crypto'

/** Fetched at once, bytes. */
const poolBytes = 4_096

/** Random bytes of the system, many fetched at once: each fetch takes 15 to 30 µs, and a client that comes needs two. */
export class RandomPool {
  private readonly pool = new Uint8Array(poolBytes)
  private used = poolBytes

  /** Bytes that nobody else was given. */
  take(count: number): Uint8Array {
    if (count > poolBytes) return randomFillSync(new Uint8Array(count))
    if (this.used + count > poolBytes) this.refill()
    const from = this.used
    this.used += count
    const bytes = this.pool.slice(from, this.used)
    // What is a secret now stands in one place only.
    this.pool.fill(0, from, this.used)
    return bytes
  }

  private refill(): void {
    randomFillSync(this.pool)
    this.used = 0
  }
}
