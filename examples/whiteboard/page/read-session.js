/** Reads the board with a session of the client: over a WebSocket, of a stroke that grows only what was added. */
export async function readSession(url, board, showState) {
  const { connect } = await import('rivulet/client')
  const session = await connect(url, { agent: 'whiteboard', waitForGateway: true })
  session.on('state', ({ kind }) => showState(kind))
  showState(session.state.kind)
  session.subscribe('board/+').on('update', (update) => {
    const id = update.path.slice('board/'.length)
    if (update.removed) board.remove(id)
    else board.show(id, update.value)
  })
}
