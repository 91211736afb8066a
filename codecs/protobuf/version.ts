/** The one version of the protocol there is. [PROTOCOL 2.2] */
export const protocolVersion = 1

/** What a client asks for when it opens the WebSocket. [PROTOCOL 1.1] */
export const subprotocol = 'rivulet.v1'
