/** How many there are, in all and of each host. */
export class Tally {
  private readonly perHost = new Map<string, number>()
  private all = 0

  constructor(
    private readonly max: number,
    private readonly perHostMax: number,
  ) {}

  hasRoom(host: string): boolean {
    return this.all < this.max && (this.perHost.get(host) ?? 0) < this.perHostMax
  }

  enter(host: string): void {
    this.all += 1
    this.perHost.set(host, (this.perHost.get(host) ?? 0) + 1)
  }

  leave(host: string): void {
    const left = (this.perHost.get(host) ?? 0) - 1
    this.all -= 1
    if (left > 0) this.perHost.set(host, left)
    else this.perHost.delete(host)
  }
}
