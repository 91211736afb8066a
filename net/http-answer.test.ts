import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, suite, test } from 'mocha'
import { HttpListener } from './http-listener.js'
import { parseHttpOptions } from './http-options.js'
import { netLimits } from './limits.js'
import type { HttpResponse } from './secure-http.js'

const listeners: HttpListener[] = []

/** A listener whose one route answers like this, and a connection to it. */
async function asked(answer: (response: HttpResponse) => void) {
  const listener = new HttpListener(parseHttpOptions({ port: 0 }))
  listeners.push(listener)
  listener.routes.addRequest({ path: '/x', answer: (_request, response) => answer(response) })
  const { port } = await listener.listen()
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => socket.destroy())
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk
  })
  return { socket, heard: () => heard }
}

const get = 'GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n'

suite('requests that do not wait for answers', () => {
  afterEach(async () => {
    await Promise.all(listeners.splice(0).map((listener) => listener.close()))
  })

  test('are carried out one after the other, each in a turn of the loop of its own', async () => {
    let begun = 0
    let together = 0
    let most = 0
    const { socket, heard } = await asked((response) => {
      begun += 1
      together += 1
      most = Math.max(most, together)
      const number = begun
      setImmediate(() => {
        together -= 1
        response.end(`<${number}>`)
      })
    })
    const count = netLimits.pipelinedMax
    socket.write(get.repeat(count))
    while (!heard().includes(`<${count}>`)) await once(socket, 'data')
    assert.deepEqual([begun, most], [count, 1])
    const numbers = [...heard().matchAll(/<(\d+)>/g)].map(([, number]) => Number(number))
    assert.deepEqual(
      numbers,
      numbers.toSorted((one, other) => one - other),
    )
  })

  test('end their connection where more wait than may', async () => {
    let begun = 0
    const { socket } = await asked(() => {
      begun += 1
    })
    socket.write(get.repeat(netLimits.pipelinedMax + 2))
    await once(socket, 'close')
    assert.equal(begun, 1)
  })
})
