/**
 * How the load client publishes to a rival: one TCP connection, records one behind the other, each topic and length as 4-byte
 * little-endian numbers, then the value. It costs a rival far less than a protocol of its own would.
 */
import { createServer } from 'node:net'

const headerBytes = 8

/** Where a rival listens: the first argument, or the loopback. */
export const host = process.argv[2] ?? '127.0.0.1'

/** Calls `publish(topic, value)` for each whole record; returns the bytes that are left over. */
function readRecords(bytes, publish) {
  let at = 0
  while (bytes.length - at >= headerBytes) {
    const end = at + headerBytes + bytes.readUInt32LE(at + 4)
    if (end > bytes.length) break
    publish(bytes.readUInt32LE(at), bytes.subarray(at + headerBytes, end))
    at = end
  }
  return bytes.subarray(at)
}

/** Listens for publishers on a free port; resolves with the port. */
export function listenForPublishes(publish) {
  const server = createServer({ noDelay: true }, (socket) => {
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      rest = readRecords(rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk, publish)
    })
    // A publisher that is killed resets its connection; the next one opens another.
    socket.on('error', () => socket.destroy())
  })
  return new Promise((resolve) => server.listen(0, host, () => resolve(server.address().port)))
}

/** What the harness waits for: one line per listener, then `ready`. */
export function announce(host, httpPort, ingestPort) {
  console.log(`websocket ws://${host}:${httpPort}`)
  console.log(`ingest tcp://${host}:${ingestPort}`)
  console.log('ready')
}

/** The same of a server that speaks plain HTTP, for streams and for requests alike; some take no publishes. */
export function announceHttp(host, port, ingestPort) {
  console.log(`sse http://${host}:${port}`)
  console.log(`http http://${host}:${port}`)
  if (ingestPort !== undefined) console.log(`ingest tcp://${host}:${ingestPort}`)
  console.log('ready')
}
