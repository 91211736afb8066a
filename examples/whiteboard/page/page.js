/** The board, a pen for it, and what others draw, read in one of two ways. */
import { Board } from './board.js'
import { BoardApi } from './board-api.js'
import { Pen } from './pen.js'
import { readSession } from './read-session.js'
import { readStream } from './read-stream.js'

// Only this example needs to ask where its gateway is; yours has an address.
const { url } = await (await fetch('gateway.json')).json()
const httpUrl = url.replace('ws', 'http')

const way = new URLSearchParams(location.search).get('read') === 'websocket' ? 'websocket' : 'stream'
document.querySelector(`nav [href='?read=${way}']`).setAttribute('aria-current', 'page')

const board = new Board(document.getElementById('board'))
const api = new BoardApi(new URL('/api/v1/', httpUrl))
const pen = new Pen(board, api, showFault)
document.getElementById('wipe').addEventListener('click', () => pen.wipe())

if (way === 'stream') readStream(new URL('/sse', httpUrl), board, showState)
else await readSession(url, board, showState)

function showState(kind) {
  const state = document.getElementById('state')
  state.textContent = state.dataset.state = kind
}

function showFault(text) {
  document.getElementById('fault').textContent = text
}
