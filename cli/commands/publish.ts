import { createInterface } from 'node:readline'
import type { ValueType } from '../../core/index.js'
import type { PublishOptions, Session } from '../../sdk/index.js'
import { RivuletError } from '../../sdk/index.js'
import type { ClientOptions } from '../client.js'
import { withSession } from '../client.js'
import { propertiesFrom } from '../create-options.js'
import { Failure } from '../failure.js'
import { processLimits } from '../limits.js'

/** The options of `rivulet publish`. */
export interface PublishCommandOptions extends ClientOptions {
  readonly type?: ValueType
  readonly create: readonly string[]
}

/** `rivulet publish PATH VALUE`, or `-` for a value a line. */
export async function publish(path: string, value: string | undefined, options: PublishCommandOptions): Promise<void> {
  if (value === undefined) throw new Failure(2, 'rivulet: what to publish? give a value, or - to read one a line')
  const wanted: PublishOptions = {
    type: options.type ?? null,
    ...(options.create.length > 0 && { properties: await propertiesFrom(options.create) }),
  }
  await withSession(options, async (session) => {
    if (value === '-') await publishLines(session, path, wanted)
    else await session.publish(path, bytesOf(value, wanted), wanted)
  })
}

/** Many lines are on their way at once, and a refused one does not stop the others. */
async function publishLines(session: Session, path: string, wanted: PublishOptions): Promise<void> {
  const underWay = new Set<Promise<void>>()
  let lines = 0
  let refused = 0
  const send = async (line: string, number: number) => {
    try {
      await session.publish(path, bytesOf(line, wanted), wanted)
    } catch (error) {
      if (!(error instanceof RivuletError)) throw error
      refused += 1
      if (refused <= processLimits.refusalsToldMax) process.stderr.write(`rivulet: line ${number}: ${error.message}\n`)
    }
  }
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    lines += 1
    const sent = send(line, lines).finally(() => underWay.delete(sent))
    underWay.add(sent)
    if (underWay.size >= processLimits.publishesAtOnceMax) await Promise.race(underWay)
  }
  await Promise.all(underWay)
  if (refused > 0)
    throw new Failure(1, `rivulet: ${refused} of ${lines} lines were refused: mend them and publish them again`)
}

/** The text as it stands, so that the gateway sees what was typed; binary values are typed in base64. */
function bytesOf(text: string, { type }: PublishOptions): Uint8Array {
  return Buffer.from(text, type === 'binary' ? 'base64' : 'utf8')
}
