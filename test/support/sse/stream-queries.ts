/** How the conformance suite asks for streams. */
import type { OutgoingHttpHeaders } from 'node:http'
import { parsePosition } from '../../../codecs/position/index.js'
import type { Hello, Subscribe } from '../../../core/index.js'

export function queryOf({ selector, options }: Subscribe, hello: Hello | null): string {
  const { snapshot, intervalMs, delivery, priority } = options
  const parameters = [
    `topic=${encodeURIComponent(selector)}`,
    'exact=true',
    'attributes=true',
    ...(snapshot ? [] : ['snapshot=false']),
    ...(intervalMs > 0 ? [`rate=1/${intervalMs}ms`] : []),
    ...(delivery ? [`delivery=${delivery}`] : []),
    ...(priority === null ? [] : [`priority=${priority}`]),
    ...(hello?.features.deltas ? ['delta=json-patch'] : []),
  ]
  return parameters.join('&')
}

/** What it asks for beside its selector. */
export function optionsOf(message: Subscribe, hello: Hello | null): string[] {
  return queryOf(message, hello).split('&').slice(1)
}

/** The id from which on no reader of these misses anything. */
export function furthestBehind(ids: readonly string[]): string {
  const offset = (id: string) => parsePosition(id)?.offset ?? 0
  return ids.reduce((one, other) => (offset(other) < offset(one) ? other : one))
}

export function headersOf(hello: Hello | null): OutgoingHttpHeaders {
  const { user, password = '', token } = hello?.credentials ?? {}
  const authorization =
    token !== undefined
      ? `Bearer ${token}`
      : user !== undefined
        ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
        : null
  return { ...(authorization && { authorization }), ...(hello?.agent && { 'user-agent': hello.agent }) }
}
