/** How the gateway stands to those who would send it clients. */
export type Condition = 'starting' | 'ready' | 'draining'

/** What a probe is answered. */
export interface ProbeAnswer {
  readonly status: 200 | 503
  readonly text: string
}

/** Whether the process lives and whether it takes clients: two questions, so that a draining gateway is not killed early. */
export class Health {
  private condition: Condition = 'starting'

  become(condition: Condition): void {
    this.condition = condition
  }

  /** Whoever can answer this lives. */
  alive(): ProbeAnswer {
    return { status: 200, text: 'alive' }
  }

  ready(): ProbeAnswer {
    return { status: this.condition === 'ready' ? 200 : 503, text: this.condition }
  }
}
