import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { settled } from './harness.js'
import { Listeners } from './listeners.js'

/** What is thrown where nobody catches it, while `work` is done. */
async function thrownDuring(work: () => void): Promise<unknown[]> {
  const thrown: unknown[] = []
  const usual = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => thrown.push(error.message))
  work()
  await settled()
  process.removeAllListeners('uncaughtException')
  for (const listener of usual) process.on('uncaughtException', listener)
  return thrown
}

suite('listeners', () => {
  test('each hears its event in the order of their coming, until it is taken away', () => {
    const listeners = new Listeners<{ news: number; other: number }>(['news', 'other'])
    const heard: string[] = []
    const stop = listeners.on('news', (news) => heard.push(`first ${news}`))
    listeners.on('news', (news) => heard.push(`second ${news}`))
    listeners.emit('news', 1)
    stop()
    stop()
    listeners.emit('news', 2)
    listeners.emit('other', 3)
    assert.deepEqual(heard, ['first 1', 'second 1', 'second 2'])
  })

  test('one that comes or goes while others are called changes nothing for this time', () => {
    const listeners = new Listeners<{ news: number }>(['news'])
    const heard: string[] = []
    const stop = listeners.on('news', () => {
      stop()
      listeners.on('news', (news) => heard.push(`late ${news}`))
    })
    listeners.on('news', (news) => heard.push(`other ${news}`))
    listeners.emit('news', 1)
    listeners.emit('news', 2)
    assert.deepEqual(heard, ['other 1', 'other 2', 'late 2'])
  })

  test('one that throws is heard of by the program, and harms nobody else', async () => {
    const listeners = new Listeners<{ news: number }>(['news'])
    const heard: number[] = []
    listeners.on('news', (news) => {
      throw new Error(`mine ${news}`)
    })
    listeners.on('news', (news) => heard.push(news))
    const thrown = await thrownDuring(() => {
      listeners.emit('news', 1)
      listeners.emit('news', 2)
    })
    assert.deepEqual(
      [heard, thrown],
      [
        [1, 2],
        ['mine 1', 'mine 2'],
      ],
    )
  })
})
