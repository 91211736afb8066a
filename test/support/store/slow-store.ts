import { MemoryStore } from '../../../store/index.js'

/** A store that commits when a test says, once it is told to be slow. */
export class SlowStore extends MemoryStore {
  override isBehind = false
  isSlow = false
  /** Called when somebody wants to know when what it wrote is safe. */
  onAsked: () => void = () => undefined
  private waiting: (() => void)[] = []

  /** So many wait to be told that what they wrote is safe. */
  get waitingCount(): number {
    return this.waiting.length
  }

  override committed(done: () => void): void {
    this.onAsked()
    if (this.isSlow) this.waiting.push(done)
    else done()
  }

  /** What was written until now is safe. */
  commit(): void {
    const { waiting } = this
    this.waiting = []
    for (const done of waiting) done()
  }
}
