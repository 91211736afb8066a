import type { Acknowledge, HeldTopic } from '../../core/index.js'
import type { Shape } from './message.js'
import { heldTopics } from './shared-messages.js'

/** An acknowledgement as it travels: with the bytes received, which are the link's affair. [PROTOCOL 5] */
export interface WireAcknowledge extends Acknowledge {
  /** Bytes of all frames that the client received on this link. */
  readonly bytes: number
}

const heldField = heldTopics(3)
const repeated = 1 << heldField.number

/** [PROTOCOL 5.1, 5.2] */
export const acknowledge: Shape<WireAcknowledge> = {
  read: (reader) => {
    let bytes = 0
    let offset = 0
    let topics: readonly HeldTopic[] = []
    for (let field = reader.nextField(3, repeated); field !== 0; field = reader.nextField(3, repeated)) {
      if (field === 1) bytes = reader.uint()
      else if (field === 2) offset = reader.uint()
      else topics = heldField.read(reader, topics)
    }
    return { kind: 'acknowledge', bytes, offset, held: topics }
  },
  write: (writer, { bytes, offset, held: topics }) => {
    if (bytes !== 0) writer.uint(1, bytes)
    if (offset !== 0) writer.uint(2, offset)
    heldField.write(writer, topics)
  },
}
