import { startMeasurable } from './support/server.js'
import { rivulet } from './support/sides.js'
import { stalledBench, stallingLoad } from './support/stalled-readers.js'

/** Ten of a hundred readers of a Rivulet session stop: they are owed the newest value of each topic, and no more. */
export const bench = stalledBench({
  bench: 'stalled',
  side: rivulet,
  measurable: { ...rivulet, start: () => startMeasurable() },
  options: stallingLoad,
  fillSeconds: 0,
  rivals: [],
})
