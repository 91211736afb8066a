import { numbersIn } from './fields.js'
import type { ClientHello } from './hellos.js'
import { extensionTypes, soleVector } from './hellos.js'
import { ecdsaSha256 } from './key-exchange.js'
import type { Group } from './key-share.js'
import { groups, groupsInOrder } from './key-share.js'
import { dtlsLimits } from './limits.js'
import type { Suite } from './suites.js'
import { suites } from './suites.js'

/** What a server has to offer. */
export interface Offer {
  readonly hasPsk: boolean
  readonly hasCertificate: boolean
}

/** What a server makes of a client's hello. */
export interface Choice {
  readonly suite: Suite
  readonly group: Group
  readonly isExtended: boolean
  /** The client's, to be written into what goes to it; empty: it wants none. Null: it does not know of them. */
  readonly connectionId: Buffer | null
}

/** Null: there is nothing that both can do. */
export function choiceFor(hello: ClientHello, offer: Offer): Choice | null {
  const group = groupFor(hello)
  const suite = suites.find(({ id, exchange }) => {
    if (!hello.suites.includes(id)) return false
    if (exchange === 'psk') return offer.hasPsk
    if (group === null) return false
    return exchange === 'ecdhePsk' ? offer.hasPsk : offer.hasCertificate && canVerify(hello)
  })
  const { extensions } = hello
  const former = extensions.get(extensionTypes.renegotiationInfo)
  // Of something that went before nothing is known here. RFC 5746 §3.6
  const isFirst = former === undefined || (former.length === 1 && former[0] === 0)
  if (suite === undefined || !isFirst) return null
  return {
    suite,
    group: group ?? groups.p256,
    isExtended: extensions.get(extensionTypes.extendedMasterSecret)?.length === 0,
    connectionId: connectionIdIn(extensions.get(extensionTypes.connectionId)),
  }
}

/** The peer's connection id; null: it sent none that could be used. RFC 9146 §3 */
export function connectionIdIn(data: Buffer | undefined): Buffer | null {
  const id = data === undefined ? null : soleVector(data, 1)
  return id === null || id.length > dtlsLimits.peerConnectionIdBytesMax ? null : id
}

/** Whoever says nothing of groups is one that has this. RFC 8422 §4 */
function groupFor({ extensions }: ClientHello): Group | null {
  const data = extensions.get(extensionTypes.supportedGroups)
  if (data === undefined) return groups.p256
  const offered = listIn(data)
  return groupsInOrder.find((group) => offered.includes(group)) ?? null
}

/** Whoever says nothing of signatures means SHA-1, which is none. RFC 5246 §7.4.1.4.1 */
function canVerify({ extensions }: ClientHello): boolean {
  const data = extensions.get(extensionTypes.signatureAlgorithms)
  return data !== undefined && listIn(data).includes(ecdsaSha256)
}

function listIn(data: Buffer): number[] {
  const inside = soleVector(data, 2)
  return (inside === null ? null : numbersIn(inside)) ?? []
}
