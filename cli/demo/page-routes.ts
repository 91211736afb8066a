import { readFileSync } from 'node:fs'
import type { HttpResponse, RequestRoute } from '../../net/index.js'
import { answerProblem } from '../../net/index.js'

const folder = new URL('./page/', import.meta.url)

/** What the page is made of; nothing else is ever served. `client.js` is the SDK, bundled when the package is built. */
const files = [
  'index.html',
  'style.css',
  'icon.svg',
  'page.js',
  'client.js',
  'canvas.js',
  'counting-socket.js',
  'event-stream.js',
  'format.js',
  'glow.js',
  'map.js',
  'meter.js',
  'offer-names.js',
  'panels.js',
]

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Nothing from elsewhere is loaded, so the demo works without a network. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; connect-src 'self'"

/** Serves the page at `/`. */
export function pageRoute(): RequestRoute {
  const contents = new Map(files.map((name) => [`/${name}`, readFileSync(new URL(name, folder))]))
  return {
    path: '/',
    answer(request, response) {
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
      const name = path === '/' ? '/index.html' : path
      const content = contents.get(name)
      if (content === undefined)
        answerProblem(request, response, { status: 404, code: 'notFound', detail: 'no such file' })
      else answerFile(response, name, request.method === 'HEAD' ? '' : content)
    },
  }
}

function answerFile(response: HttpResponse, name: string, content: Uint8Array | string): void {
  response.writeHead(200, {
    'content-type': types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    'content-security-policy': policy,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  })
  response.end(content)
}
