/** Lets a few tasks run at once. Others wait in the order in which they came; beyond the end of the line none is let in. */
export class WaitingLine {
  private readonly atOnceMax: number
  private readonly waitingMax: number
  private readonly waiting: (() => void)[] = []
  private running = 0

  constructor(atOnceMax: number, waitingMax: number) {
    this.atOnceMax = atOnceMax
    this.waitingMax = waitingMax
  }

  /** Runs the task in its turn; null when the line is full. */
  enter<Result>(task: () => Promise<Result>): Promise<Result> | null {
    if (this.running < this.atOnceMax) return this.run(task)
    if (this.waiting.length >= this.waitingMax) return null
    return new Promise((resolve, reject) => {
      this.waiting.push(() => this.run(task).then(resolve, reject))
    })
  }

  private async run<Result>(task: () => Promise<Result>): Promise<Result> {
    this.running += 1
    try {
      return await task()
    } finally {
      this.running -= 1
      this.waiting.shift()?.()
    }
  }
}
