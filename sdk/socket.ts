/** What an event of a socket may carry; which of it does depends on the event. */
export interface SocketEvent {
  readonly type: string
  readonly data?: unknown
  readonly code?: number
  readonly reason?: string
  readonly message?: string
}

/** As much of a WebSocket as the SDK uses, the same in browsers and in the `ws` package. */
export interface ClientSocket {
  binaryType: string
  send(data: Uint8Array): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: SocketEvent) => void): void
}

/** The WebSocket constructor. */
export type SocketConstructor = new (url: string, protocols: string[]) => ClientSocket

/** The platform's WebSocket; on Node before version 22 that of the `ws` package, which no browser bundle should contain. */
export async function platformSocket(): Promise<SocketConstructor> {
  const platform: { readonly WebSocket?: SocketConstructor } = globalThis
  if (platform.WebSocket !== undefined) return platform.WebSocket
  const { WebSocket } = await import('ws')
  return WebSocket
}
