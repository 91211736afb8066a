import { Group } from '../../../store/group.js'
import type { Disk } from '../../../store/group-commit.js'

/** One group that was given to the disk, with its operations as text, and how it ends. */
export interface Given {
  readonly operations: readonly string[]
  readonly sync: boolean
  succeed(): void
  fail(cause: Error): void
}

/** A disk that takes as long as the test says. */
export class ScriptedDisk implements Disk {
  readonly given: Given[] = []
  private readonly operations = new WeakMap<Group, string[]>()

  begin(): Group {
    const operations: string[] = []
    const group = new Group({
      put: (key, value) => operations.push(`put ${key} ${Buffer.from(value).toString()}`),
      del: (key) => operations.push(`delete ${key}`),
      write: () => Promise.resolve(),
    })
    this.operations.set(group, operations)
    return group
  }

  write(group: Group, sync: boolean): Promise<void> {
    return new Promise((succeed, fail) => {
      this.given.push({ operations: this.operations.get(group) ?? [], sync, succeed, fail })
    })
  }
}

/** Lets this turn of the loop end, and with it what waits for that. */
export function turnEnds(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve))
  })
}
