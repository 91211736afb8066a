/** Reads the board with what every browser has: `EventSource`. First all strokes that there are, then what changes. */
export function readStream(url, board, showState) {
  const stream = new EventSource(`${url}?topic=board/+`)
  stream.addEventListener('update', ({ data }) => {
    const { path, value } = JSON.parse(data)
    board.show(idIn(path), value)
  })
  stream.addEventListener('remove', ({ data }) => board.remove(idIn(JSON.parse(data).path)))
  // What was missed is not known any more; the strokes that there are come next.
  stream.addEventListener('resync', ({ data }) => {
    const { topics } = JSON.parse(data)
    if (topics) for (const path of topics) board.remove(idIn(path))
    else board.clear()
  })

  // The browser comes back by itself, and goes on behind the last event: there is nothing to do but to tell the user.
  stream.addEventListener('open', () => showState('live'))
  stream.addEventListener('error', () => showState(stream.readyState === EventSource.CLOSED ? 'closed' : 'recovering'))
}

const idIn = (path) => path.slice('board/'.length)
