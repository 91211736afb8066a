import { createInterface } from 'node:readline'
import type { ValueType } from '../../core/index.js'
import type { PublishOptions, Session } from '../../sdk/index.js'
import { RivuletError } from '../../sdk/index.js'
import type { ClientOptions } from '../client.js'
import { withSession } from '../client.js'
import { propertiesFrom } from '../create-options.js'
import { Failure } from '../failure.js'
import { processLimits } from '../limits.js'
import { valueBytes } from '../value-bytes.js'

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
  const action = `publish to ${path}`
  if (value === '-') return withSession(options, action, (session) => publishLines(session, path, wanted))
  const { bytes, note } = valueBytes(value, wanted.type ?? null)
  if (note !== null) process.stderr.write(`rivulet: ${note}\n`)
  await withSession(options, action, (session) => session.publish(path, bytes, wanted))
}

/** Many lines are on their way at once, and a refused one does not stop the others. */
async function publishLines(session: Session, path: string, wanted: PublishOptions): Promise<void> {
  const underWay = new Set<Promise<void>>()
  let lines = 0
  let refused = 0
  let told = 0
  const tell = (number: number, what: string) => {
    told += 1
    if (told <= processLimits.linesToldMax) process.stderr.write(`rivulet: line ${number}: ${what}\n`)
  }
  const send = async (line: string, number: number) => {
    try {
      const { bytes, note } = valueBytes(line, wanted.type ?? null)
      if (note !== null) tell(number, note)
      await session.publish(path, bytes, wanted)
    } catch (error) {
      if (!(error instanceof RivuletError || error instanceof Failure)) throw error
      refused += 1
      tell(number, error.message.replace(/^rivulet: /, ''))
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
