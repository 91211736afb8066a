import { createHash } from 'node:crypto'
import type { Exchange } from './exchange.js'
import { page, script, style } from './page.js'

/** The OpenAPI document of the API at one path. It is made when somebody asks first: what it is made with takes a moment to load. */
export class Description {
  private text: Promise<string> | null = null

  constructor(private readonly base: string) {}

  answer(exchange: Exchange): void {
    this.text ??= import('./description.js').then(({ describe }) => `${JSON.stringify(describe(this.base), null, 2)}\n`)
    this.text.then(
      (text) => exchange.answer(200, { 'content-type': 'application/json', 'cache-control': 'no-cache' }, text),
      (error: unknown) =>
        exchange.attempt(() => {
          throw error
        }),
    )
  }
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing but what stands in the page itself, and the document that it shows. */
const policy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Answers with the page that shows the document to people. */
export function answerPage(exchange: Exchange): void {
  const fields = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  }
  exchange.answer(200, fields, page)
}
