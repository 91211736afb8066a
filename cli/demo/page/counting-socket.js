/** A WebSocket that tells how many bytes each message had, header included. */
export function countingSocket(received) {
  return class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols)
      this.addEventListener('message', ({ data }) => received(data.byteLength + headerBytes(data.byteLength)))
    }
  }
}

/** Of a frame that a server sends. RFC 6455 §5.2 */
function headerBytes(length) {
  if (length < 126) return 2
  return length < 65_536 ? 4 : 10
}
