import type { Accepted } from '../../core/index.js'
import type { Shape } from './message.js'

/** [PROTOCOL 6.3] */
export const accepted: Shape<Accepted> = {
  read: (reader) => {
    let sequence = 0
    let offset = 0
    let previous = 0
    for (let field = reader.nextField(3); field !== 0; field = reader.nextField(3)) {
      const value = reader.uint()
      if (field === 1) sequence = value
      else if (field === 2) offset = value
      else previous = value
    }
    return { kind: 'accepted', sequence, version: { offset, previous } }
  },
  write: (writer, { sequence, version: { offset, previous } }) => {
    if (sequence !== 0) writer.uint(1, sequence)
    if (offset !== 0) writer.uint(2, offset)
    if (previous !== 0) writer.uint(3, previous)
  },
}
