import type { Publish, Reason } from '../../codecs/mqtt/index.js'
import { reasons, topicOf } from '../../codecs/mqtt/index.js'
import { mqttTransportLimits as limits } from './limits.js'
import { TopicCache, topicsCached } from './topic-cache.js'

/** How core hears of a publish's topic: its path, or null where core has that under the number already. */
export interface Named {
  readonly path: string | null
  readonly alias: number
}

/** It is no name: the link ends. */
export interface Misnamed {
  readonly reason: Reason
  readonly why: string
}

/** Stands for every path that is longer than core takes. */
const tooLong = 'x'.repeat(limits.topicCharactersMax + 1)

/**
 * What one client's publishes say of their topics. An alias is bound by the packet that brings it, whatever becomes of that
 * packet's message; core, which keeps the paths, hears of it with the next publish that it is told.
 */
export class TopicNames {
  private readonly cache = new TopicCache()
  /** Aliases that the client gave to topics; null: none. */
  private given: Set<number> | null = null
  /** Paths that core was not told, by their aliases; null: there was none yet. */
  private untold: Map<number, string> | null = null

  constructor(private readonly aliasMax: number) {}

  /** What the packet names; one of `told` and `kept` is called with it next. */
  of(packet: Publish): Named | Misnamed {
    const { alias, bytes, topicStart, topicEnd } = packet
    if (alias > this.aliasMax) return { reason: reasons.topicAliasInvalid, why: 'an alias above the maximum' }
    const known = alias === 0 ? this.cache.find(bytes, topicStart, topicEnd) : null
    if (known?.isKnown) return { path: null, alias: known.alias }
    const topic = topicOf(packet)
    if (typeof topic !== 'string') {
      if (known) this.cache.forget(known.alias)
      return { reason: topic.reason, why: topic.why }
    }
    return topic === '' ? this.aliased(alias) : { path: topic, alias: known?.alias ?? this.bound(alias) }
  }

  /** Core is told of the publish: what it must hear. */
  told(named: Named): Named {
    if (this.untold === null) return named
    const { alias } = named
    const path = named.path ?? this.untold.get(alias) ?? null
    this.untold.delete(alias)
    return { path, alias }
  }

  /** Core is not told of the publish. */
  kept({ path, alias }: Named): void {
    if (path === null) return
    this.untold ??= new Map()
    this.untold.set(alias, path.length > limits.topicCharactersMax ? tooLong : path)
  }

  private aliased(alias: number): Named | Misnamed {
    if (this.given?.has(alias)) return { path: null, alias: ownNumber(alias) }
    return { reason: reasons.protocolError, why: 'the topic alias means nothing' }
  }

  private bound(alias: number): number {
    this.given ??= new Set()
    this.given.add(alias)
    return ownNumber(alias)
  }
}

/**
 * The number by which core knows a client's own alias: behind those of the cache, which come first, since a list whose first number
 * is above 1,024 is a hash table to V8.
 */
function ownNumber(alias: number): number {
  return topicsCached + alias
}
