/** Listeners of a port of their own, and what they took. */
import { EventEmitter, once } from 'node:events'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { PeerInfo } from '../../net/index.js'
import {
  admissionFields,
  listenerFields,
  readOptions,
  TcpListener,
  TlsCredentials,
  tlsSection,
} from '../../net/index.js'

/** A connection that a listener took. */
export interface Taken {
  readonly socket: Socket
  readonly peer: PeerInfo
}

/** A listener on a free port, ready for peers. */
export interface Listening {
  readonly listener: TcpListener
  readonly port: number
  /** How many connections it took so far. */
  readonly takes: () => number
  /** The next connection that was taken and not asked for yet. */
  readonly taken: () => Promise<Taken>
}

const open: { readonly listeners: TcpListener[]; readonly sockets: Socket[] } = { listeners: [], sockets: [] }

const section = z.strictObject({
  ...listenerFields(0),
  ...admissionFields,
  tls: tlsSection(0).nullable().default(null),
})

/** Starts a listener with these options; with a section `tls`, a secured one where that section says. */
export async function listening(options: object = {}): Promise<Listening> {
  const { tls, ...plain } = readOptions(section, options)
  const { host, port: wished, proxyProtocol } = tls ?? plain
  const credentials = tls === null ? null : new TlsCredentials(tls)
  const queue: Taken[] = []
  const news = new EventEmitter()
  let takes = 0
  const listener = new TcpListener({ ...plain, host, port: wished, proxyProtocol, credentials }, (socket, peer) => {
    takes++
    open.sockets.push(socket.on('error', () => socket.destroy()))
    queue.push({ socket, peer })
    news.emit('taken')
  })
  open.listeners.push(listener)
  const { port } = await listener.listen()
  const taken = async (): Promise<Taken> => {
    for (;;) {
      const first = queue.shift()
      if (first !== undefined) return first
      await once(news, 'taken')
    }
  }
  return { listener, port, takes: () => takes, taken }
}

/** For the end of a test: no listener and no connection is left. */
export async function hangUp(): Promise<void> {
  await Promise.all(open.listeners.splice(0).map((listener) => listener.close()))
  for (const socket of open.sockets.splice(0)) socket.destroy()
}

/** All that a socket is told until its connection ends, however it ends. */
export async function everything(socket: Socket): Promise<string> {
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk
  })
  socket.on('error', () => socket.destroy())
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return heard
}

/** The path of a file that `certificates/make.sh` made. */
export function certificateFile(name: string): string {
  return fileURLToPath(new URL(`certificates/${name}`, import.meta.url))
}
