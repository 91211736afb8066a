import { BlockList, isIP } from 'node:net'

/** Addresses and networks that somebody listed: `10.0.0.7`, `10.0.0.0/8`, `2001:db8::/32`. */
export class Networks {
  private readonly list = new BlockList()

  /** Throws where `isNetwork` says no. */
  constructor(texts: readonly string[]) {
    for (const text of texts) this.add(text)
  }

  /** Whether an address lies in one of them; an IPv4 address also as IPv6 writes it. */
  has(address: string): boolean {
    const version = isIP(address)
    return version !== 0 && this.list.check(address, `ipv${version === 4 ? 4 : 6}`)
  }

  private add(text: string): void {
    const [address = '', bits] = text.split('/')
    const version = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    if (bits === undefined) this.list.addAddress(address, version)
    else this.list.addSubnet(address, Number(bits), version)
  }
}

/** Whether a text is an address, or a network as address and length of its prefix in bits. */
export function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([^/]+?)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const version = isIP(address)
  return version !== 0 && !address.includes('%') && Number(bits ?? 0) <= (version === 4 ? 32 : 128)
}
