import type { ClientOptions } from '../client.js'
import { withSession } from '../client.js'
import { isFirstMatch } from '../first-match.js'
import { printable } from '../output.js'
import { printUpdate } from '../print-update.js'

/** `rivulet fetch SELECTOR…` */
export async function fetch(
  selectors: readonly string[],
  options: ClientOptions & { readonly json: boolean },
): Promise<void> {
  const isFirst = isFirstMatch(selectors)
  await withSession(options, `fetch ${selectors.join(', ')}`, async (session) => {
    for (const [index, selector] of selectors.entries()) {
      let found = 0
      for await (const topic of session.fetchEach(selector)) {
        if (topic.bytes === null) continue
        found += 1
        if (isFirst(topic.path, index)) await printUpdate(printable(topic), options.json)
      }
      if (found === 0) process.stderr.write(`rivulet: no topic with a value matches ${selector}\n`)
    }
  })
}
