import { z } from 'zod'
import { isLoopback } from './peer-address.js'

/**
 * Which pages may ask for something. A browser says where a page is from; whoever says nothing is no browser, and not bound by this.
 *
 * Pages from the listed origins may. Beside them, on a listener that is reached from this machine only: pages from this
 * machine, whatever their port, so that a development server works, but not by name of host, which a foreign page can make
 * point here. On any other listener: pages from the host that was dialled.
 */
export class OriginRule {
  private readonly listed: ReadonlySet<string>
  private readonly listedHosts: ReadonlySet<string>
  /** Nearly all requests are for one host, and to look at its name takes 0.5 µs, a thirtieth of a short answer. */
  private lastAllowed: string | null = null

  constructor(
    origins: readonly string[],
    private readonly isLoopbackListener: boolean,
  ) {
    this.listed = new Set(origins.map((origin) => parse(origin)?.origin ?? origin))
    this.listedHosts = new Set(origins.map((origin) => parse(origin)?.host ?? ''))
  }

  allows(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined || this.listed.has('*') || this.listed.has(origin)) return true
    const url = parse(origin)
    if (url === null || url.origin === 'null') return false
    if (this.listed.has(url.origin)) return true
    if (this.isLoopbackListener) return isLoopback(url.hostname)
    return host !== undefined && parse(`${url.protocol}//${host}`)?.host === url.host
  }

  /**
   * Whether a request may be for a host of this name (and port). Its own page's questions come without an origin; so a listener that is
   * reached from this machine only goes by no name but this machine's, and those of listed origins, or a foreign page could make its own name
   * point here and ask as one of ours (DNS rebinding). Without a name it is no browser.
   */
  allowsHost(host: string | undefined): boolean {
    if (!this.isLoopbackListener || host === undefined || host === this.lastAllowed || this.listed.has('*')) return true
    const isAllowed = isLoopback(host.replace(/:\d*$/, '')) || this.listedHosts.has(host.toLowerCase())
    if (isAllowed) this.lastAllowed = host
    return isAllowed
  }
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null
}

/** Origins of pages that may connect beside those that may anyway; '*': all. A field of an option section. */
export const originsField = z
  .array(
    z.string().regex(/^(\*|null|[a-z][a-z0-9+.-]*:\/\/[^/\s]+)$/i, 'expected an origin like https://app.example.com'),
  )
  .default([])
