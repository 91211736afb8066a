import { isIPv6, SocketAddress } from 'node:net'

const mappedPrefix = '::ffff:'

/** The address as people write it: an IPv4 address that came over an IPv6 socket is shown as IPv4. */
export function peerAddress(remoteAddress: string | undefined): string {
  if (remoteAddress === undefined) return 'unknown'
  const isMapped = remoteAddress.startsWith(mappedPrefix) && remoteAddress.includes('.')
  return isMapped ? remoteAddress.slice(mappedPrefix.length) : remoteAddress
}

/** The shortest spelling of an address, as the system would give it: what one peer is called must not depend on who writes it. */
export function canonicalAddress(address: string): string {
  return peerAddress(new SocketAddress({ address, family: isIPv6(address) ? 'ipv6' : 'ipv4' }).address)
}

/** What limits count as one peer: an IPv4 address, or the /64 network that an IPv6 host has to itself. */
export function peerNetwork(address: string): string {
  // A look for the colon first: the test of all spellings takes 3 µs, and to cut off a zone 4, which each client that comes would cost.
  if (!address.includes(':')) return address
  const bare = address.split('%')[0] ?? address
  return isIPv6(bare) ? `${leadingGroups(bare).join(':')}::/64` : address
}

/** The first four of the eight groups, with `::` spelt out. */
function leadingGroups(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - front.length - back.length
  const groups = [...front, ...Array<string>(missing).fill('0'), ...back]
  return groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''))
}

/** Whether a host name or address, as in a URL or a configuration, is this machine's own loopback. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare.endsWith('.localhost') || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare)
}
