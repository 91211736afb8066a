import { Conversation } from './conversation.js'
import type { ConnectOptions } from './options.js'
import { chooseOptions } from './options.js'
import { Session } from './session.js'

/** What browsers have and Node may lack. */
interface Platform {
  readonly queueMicrotask: unknown
  readonly addEventListener?: (type: 'online', listener: () => void) => void
  readonly removeEventListener?: (type: 'online', listener: () => void) => void
}

/**
 * Opens a session with the gateway at a URL such as `ws://127.0.0.1:8080/ws`.
 *
 * Resolves when the session is live. Rejects with a `RivuletError` if the first connection fails, for whatever reason, so
 * that a wrong URL is noticed at once; `waitForGateway` keeps trying instead. After that lost connections come back by
 * themselves, unless `reconnect` is false or the reason forbids it.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Session> {
  const conversation = new Conversation(await chooseOptions(url, options))
  await conversation.open()
  retryWhenOnline(conversation)
  return new Session(conversation)
}

/** A browser knows when its network is back; waiting any longer would be for nothing. */
function retryWhenOnline(conversation: Conversation): void {
  const platform: Platform = globalThis
  const retry = (): void => conversation.retryNow()
  platform.addEventListener?.('online', retry)
  conversation.listeners.on('state', ({ kind }) => {
    if (kind === 'closed') platform.removeEventListener?.('online', retry)
  })
}
