import type { Administer } from '../core/index.js'
import type { Conversation } from './conversation.js'
import { RivuletError } from './errors.js'
import type { Answer } from './requests.js'

/** A JSON document of the gateway's, for people and dashboards; its members may grow. [PROTOCOL 9.3] */
export type ReportDocument = Readonly<Record<string, unknown>>

type Operation = Administer['operation']

/** What administrators ask for. [PROTOCOL 9] */
export class Administration {
  constructor(private readonly conversation: Conversation) {}

  /** Every session that the gateway knows, page by page. */
  async listSessions(): Promise<readonly ReportDocument[]> {
    const sessions: ReportDocument[] = []
    let after = ''
    do {
      const page = await this.report('listSessions', '', after)
      sessions.push(...listIn(page))
      after = typeof page.after === 'string' ? page.after : ''
    } while (after !== '')
    return sessions
  }

  showSession(id: string): Promise<ReportDocument> {
    return this.report('showSession', id, '')
  }

  showGateway(): Promise<ReportDocument> {
    return this.report('showGateway', '', '')
  }

  async removeSession(id: string): Promise<void> {
    await this.ask('removeSession', id, '')
  }

  private async report(operation: Operation, target: string, after: string): Promise<ReportDocument> {
    const answer = await this.ask(operation, target, after)
    const document: unknown = answer.kind === 'report' ? JSON.parse(answer.document) : null
    if (isDocument(document)) return document
    throw new RivuletError('protocolViolation', `${operation} was answered by something else than a report`)
  }

  private ask(operation: Operation, target: string, after: string): Promise<Answer> {
    return this.conversation.ask((request) => ({ kind: 'administer', request, operation, target, after }))
  }
}

function listIn({ sessions }: ReportDocument): readonly ReportDocument[] {
  return Array.isArray(sessions) ? sessions.filter(isDocument) : []
}

function isDocument(value: unknown): value is ReportDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
