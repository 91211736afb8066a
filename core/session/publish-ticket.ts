import type { Ticket } from '../log/update-log.js'
import type { Refusal } from '../refusals.js'

/** Who is told what became of a publish. */
export interface Publisher {
  published(sequence: number, offset: number, previous: number): void
  refuseForGood(sequence: number, refusal: Refusal): void
}

/** One publish on its way through the log, under the number that its publisher gave it; 0: only a refusal is told. */
export class PublishTicket implements Ticket {
  /** The log has answered. It may before `append` returns. */
  isAnswered = false
  private readonly publisher: Publisher
  private readonly sequence: number

  constructor(publisher: Publisher, sequence: number) {
    this.publisher = publisher
    this.sequence = sequence
  }

  accepted(offset: number, previous: number): void {
    this.isAnswered = true
    this.publisher.published(this.sequence, offset, previous)
  }

  refused(refusal: Refusal): void {
    this.isAnswered = true
    this.publisher.refuseForGood(this.sequence, refusal)
  }
}
