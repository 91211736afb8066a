import type { Authorizer, Coverage, Principal } from '../access.js'
import type { Topic } from '../topics/topic.js'

/** Answers remembered for one principal; at the bound all are forgotten and asked again. */
const rememberedMax = 100_000

/** What one principal may do, remembered until the authorizer's generation changes. [SEM 6.1] */
export class Rights {
  readonly principal: Principal
  private readonly authorizer: Authorizer
  private readable: Map<number, boolean> | null = null
  private generation: number
  private checkedGeneration: number

  constructor(authorizer: Authorizer, principal: Principal) {
    this.authorizer = authorizer
    this.principal = principal
    this.generation = authorizer.generation
    this.checkedGeneration = authorizer.generation
  }

  /** What is read by these rights was checked since answers may last have changed. */
  get isChecked(): boolean {
    return this.checkedGeneration === this.authorizer.generation
  }

  checked(): void {
    this.checkedGeneration = this.authorizer.generation
  }

  /** Changes whenever answers may. */
  get generationNow(): number {
    return this.authorizer.generation
  }

  may(action: 'publish' | 'fetch' | 'subscribe' | 'remove', path: string): boolean {
    return this.authorizer.allows(this.principal, action, path)
  }

  mayConnect(): boolean {
    return this.authorizer.allows(this.principal, 'connect', '')
  }

  mayAdminister(): boolean {
    return this.authorizer.allows(this.principal, 'administer', '')
  }

  coverage(action: 'subscribe' | 'fetch' | 'remove', selector: string): Coverage {
    return this.authorizer.coverage(this.principal, action, selector)
  }

  /** May updates of this topic be delivered? Asked per delivery of partly allowed wildcards, hence remembered by topic id. */
  mayRead(topic: Topic): boolean {
    if (this.generation !== this.authorizer.generation || (this.readable?.size ?? 0) >= rememberedMax) this.forget()
    const known = this.readable?.get(topic.id)
    if (known !== undefined) return known
    const answer = this.may('subscribe', topic.path)
    this.readable ??= new Map()
    this.readable.set(topic.id, answer)
    return answer
  }

  private forget(): void {
    this.generation = this.authorizer.generation
    this.readable = null
  }
}
