import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { WaitingLine } from './waiting-line.js'

/** Tasks that end when told to. */
function tasks() {
  const ends: (() => void)[] = []
  const task = () => new Promise<void>((resolve) => ends.push(resolve))
  return { task, started: () => ends.length, end: (index: number) => ends[index]?.() }
}

suite('auth: waiting line', () => {
  test('no more tasks run at once than allowed, and the next starts when one ends', async () => {
    const { task, started, end } = tasks()
    const line = new WaitingLine(2, 10)
    const outcomes = [line.enter(task), line.enter(task), line.enter(task)]
    assert.equal(started(), 2)
    end(0)
    await outcomes[0]
    assert.equal(started(), 3)
    end(1)
    end(2)
    await Promise.all(outcomes)
  })

  test('beyond the end of the line nobody is let in', async () => {
    const { task, end } = tasks()
    const line = new WaitingLine(1, 1)
    const outcomes = [line.enter(task), line.enter(task)]
    assert.equal(line.enter(task), null)
    end(0)
    await outcomes[0]
    end(1)
    await outcomes[1]
  })

  test('a task that fails passes its error on and makes room', async () => {
    const line = new WaitingLine(1, 1)
    const failing = line.enter(() => Promise.reject(new Error('no memory')))
    const next = line.enter(async () => 'done')
    await assert.rejects(async () => failing, /no memory/)
    assert.equal(await next, 'done')
  })
})
