import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ClientHello } from './hellos.js'
import { dtlsLimits } from './limits.js'

const cookieBytes = 16
const secretBytes = 32

/**
 * What a client has to say again to show that it hears at the address from which it speaks: nothing is remembered of it before, and it is sent
 * less than it sent. RFC 6347 §4.2.1
 */
export class Cookies {
  private secret = randomBytes(secretBytes)
  private former = randomBytes(secretBytes)
  private renewedMs: number

  constructor(nowMs: number) {
    this.renewedMs = nowMs
  }

  of(peer: string, hello: ClientHello, nowMs: number): Buffer {
    this.renew(nowMs)
    return cookieWith(this.secret, peer, hello)
  }

  isGood(peer: string, hello: ClientHello, nowMs: number): boolean {
    this.renew(nowMs)
    if (hello.cookie.length !== cookieBytes) return false
    return [this.secret, this.former].some((secret) => timingSafeEqual(cookieWith(secret, peer, hello), hello.cookie))
  }

  private renew(nowMs: number): void {
    const ageMs = nowMs - this.renewedMs
    if (ageMs < dtlsLimits.cookieSecretMs) return
    this.former = ageMs < 2 * dtlsLimits.cookieSecretMs ? this.secret : randomBytes(secretBytes)
    this.secret = randomBytes(secretBytes)
    this.renewedMs = nowMs
  }
}

/** Of all that must be the same when it comes with the cookie. */
function cookieWith(secret: Uint8Array, peer: string, { random, sessionId, suites }: ClientHello): Buffer {
  const hmac = createHmac('sha256', secret).update(`${peer}\n`).update(random).update(sessionId)
  return hmac.update(Uint16Array.from(suites)).digest().subarray(0, cookieBytes)
}
