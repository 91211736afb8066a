/** Packet identifiers, of which most sessions have none: only who has some pays for a set. */
export class IdSet {
  private ids: Set<number> | null = null

  constructor(ids: Iterable<number> = []) {
    for (const id of ids) this.add(id)
  }

  get size(): number {
    return this.ids?.size ?? 0
  }

  has(id: number): boolean {
    return this.ids?.has(id) === true
  }

  add(id: number): void {
    this.ids ??= new Set()
    this.ids.add(id)
  }

  /** Whether it was there. */
  delete(id: number): boolean {
    return this.ids?.delete(id) === true
  }

  all(): Iterable<number> {
    return this.ids ?? []
  }
}
