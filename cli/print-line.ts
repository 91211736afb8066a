import { once } from 'node:events'

/**
 * Prints a line, and waits while whoever reads them is slower: then the gateway conflates, and nothing piles up here.
 * Rejects with EPIPE when nobody reads any more, as after `| head -1`.
 */
export async function printLine(text: string): Promise<void> {
  const { stdout } = process
  if (stdout.errored) throw stdout.errored
  if (!stdout.write(`${text}\n`)) await once(stdout, 'drain')
}
