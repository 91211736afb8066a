import type { ClientFeatures } from '../messages.js'
import type { Audience } from '../transport.js'

/** How a session sees paths, as far as flow must know. */
interface PathView {
  readonly root: string
  outward(path: string): string
}

/** One object for all sessions for which the same update has the same bytes. As many as features times root paths. */
export class Audiences {
  private readonly known = new Map<string, Audience>()

  of(features: ClientFeatures, paths: PathView): Audience {
    const key = `${features.deltas} ${features.deflate} ${paths.root}`
    const known = this.known.get(key)
    if (known) return known
    const audience = { features: { ...features }, outwardPath: (path: string) => paths.outward(path) }
    this.known.set(key, audience)
    return audience
  }
}
