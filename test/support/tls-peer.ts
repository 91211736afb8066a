/** Peers of secured listeners. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { connect } from 'node:tls'
import { certificateFile } from './tcp-listener.js'

/** Who signed the certificates of servers. */
export const authority = readFileSync(certificateFile('authority.pem'))

/** The certificate and key of a client, by the name of their files. */
export function shows(name: string): ConnectionOptions {
  return { cert: readFileSync(certificateFile(`${name}.pem`)), key: readFileSync(certificateFile(`${name}.key`)) }
}

/** Begins a handshake with a server whose authority is known. Without a port, over the `socket` of the options. */
export function shakeHands(options: ConnectionOptions): TLSSocket {
  const socket = connect({ host: '127.0.0.1', servername: 'localhost', ca: authority, ...options })
  // Whoever waits for the end of a refused one sees it close.
  return socket.on('error', () => socket.destroy())
}

/** Resolves when the handshake is done for both ends; the first to know is the peer. */
export async function secured(options: ConnectionOptions): Promise<TLSSocket> {
  const socket = shakeHands(options)
  await once(socket, 'secureConnect')
  return socket
}

/** The common name that a server showed. */
export function nameShown(socket: TLSSocket): string {
  return String(socket.getPeerCertificate().subject.CN)
}

/** Resolves when a socket is gone. */
export async function gone(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
}
