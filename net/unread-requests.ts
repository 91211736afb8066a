import type { Problem } from './problem.js'

const notHttp: Problem = { status: 400, code: 'malformedRequest', detail: 'what came is no HTTP request' }

/** By the code with which Node's parser gives up. */
const problems: Readonly<Record<string, Problem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'requestTimeout', detail: 'the request did not come in time' },
  HPE_HEADER_OVERFLOW: { status: 431, code: 'headTooLarge', detail: 'the head of the request is too long' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, code: 'malformedRequest', detail: 'too much stands around the chunks' },
}

/** What to answer a request that could not be read; null: nobody is there to be answered, the connection broke. */
export function problemUnread(error: Error): Problem | null {
  const code = 'code' in error ? String(error.code) : ''
  return problems[code] ?? (code.startsWith('HPE_') ? notHttp : null)
}
