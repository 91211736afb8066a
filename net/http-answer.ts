import { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { HttpMessage } from './http-message.js'

/**
 * An answer that says when its turn has come, where a client asks without waiting for answers (RFC 9112 §9.3.2). Node hands over all that
 * came in one piece, a thousand requests and more: answered at once, they would be one step, and be held for a client that reads none.
 */
export class HttpAnswer extends ServerResponse<HttpMessage> {
  private turn: (() => void) | null = null

  /** Another answer of the connection goes first. */
  get mustWait(): boolean {
    return this.socket === null
  }

  /** Called once, in a turn of the loop of its own, when the one before has left. */
  whenTurn(turn: () => void): void {
    this.turn = turn
  }

  override assignSocket(socket: Socket): void {
    super.assignSocket(socket)
    const { turn } = this
    this.turn = null
    if (turn !== null) setImmediate(turn)
  }
}
