import type { ClientOptions } from '../client.js'
import { withSession } from '../client.js'
import { jsonLine, plainLine } from '../output.js'
import { printLine } from '../print-line.js'

/** `rivulet fetch SELECTOR…` */
export async function fetch(
  selectors: readonly string[],
  options: ClientOptions & { readonly json: boolean },
): Promise<void> {
  const show = options.json ? jsonLine : plainLine
  await withSession(options, async (session) => {
    for (const selector of selectors) {
      for await (const { path, type, value, version, bytes } of session.fetchEach(selector)) {
        const shown = { path, type, value, version, snapshot: true, removed: false }
        if (bytes !== null) await printLine(show({ ...shown, bytes }))
      }
    }
  })
}
