/**
 * Serves a page: the files of one folder, the Rivulet client as one file, and where the gateway is.
 *
 * There is nothing special about it. A page loads its files from any web server and opens a WebSocket to the gateway. A
 * gateway that listens on this machine only takes pages from this machine, whatever their port; for a page from elsewhere,
 * list where it comes from in the gateway's settings: `transports: { websocket: { origins: ['https://app.example.com'] } }`.
 */
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname } from 'node:path'

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
}

/** Starts the server; `close()` of what it returns ends it. `folder` is a URL that ends in a slash. */
export async function servePage(folder, { port, gatewayUrl }) {
  // Only what is in the folder now can be asked for, so no path leads out of it. Files are read when they are asked for:
  // change one, load the page again.
  const files = new Map(readdirSync(folder).map((name) => [name, new URL(name, folder)]))
  // The client without a bundler. With one, `import { connect } from 'rivulet/client'` is all there is to it.
  files.set('client.min.js', new URL(import.meta.resolve('rivulet/client.min.js')))

  const server = createServer(async (request, response) => {
    const name = request.url.split('?')[0].slice(1) || 'index.html'
    const content = name === 'gateway.json' ? JSON.stringify({ url: gatewayUrl }) : await contentOf(files.get(name))
    response.writeHead(content === null ? 404 : 200, { 'content-type': types[extname(name)] ?? 'text/plain' })
    response.end(content ?? 'there is no such file')
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const contentOf = (file) => (file === undefined ? null : readFile(file))
