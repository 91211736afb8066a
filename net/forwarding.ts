import { isIP } from 'node:net'
import { Networks } from './networks.js'
import { canonicalAddress } from './peer-address.js'
import type { PeerInfo } from './peer-info.js'
import type { HttpRequest } from './secure-http.js'

/**
 * For whom reverse proxies speak: each adds to `X-Forwarded-For`, on the right, from where it was asked. What is said there by anybody
 * but the listed proxies is not believed, since everybody can write the field.
 */
export class Forwarding {
  private readonly proxies: Networks
  private readonly isOff: boolean

  constructor(proxies: readonly string[]) {
    this.proxies = new Networks(proxies)
    this.isOff = proxies.length === 0
  }

  /** Whoever is behind the proxies; else the peer itself. What a proxy's certificate says is said of the proxy. */
  clientOf({ headers }: Pick<HttpRequest, 'headers'>, peer: PeerInfo): PeerInfo {
    const field = headers['x-forwarded-for']
    if (this.isOff || field === undefined || !this.proxies.has(peer.address)) return peer
    const chain = String(field).split(',')
    let address = peer.address
    while (chain.length > 0 && this.proxies.has(address)) {
      const next = addressIn(chain.pop() ?? '')
      if (next === null) break
      address = next
    }
    return address === peer.address ? peer : { address, certificate: null }
  }
}

/** The address of an entry, which may have a port; null: it is none, such as `unknown`. */
function addressIn(entry: string): string | null {
  const text = entry.trim()
  const [, bare = text] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? /^([\d.]+):\d+$/.exec(text) ?? []
  return isIP(bare) === 0 ? null : canonicalAddress(bare)
}
