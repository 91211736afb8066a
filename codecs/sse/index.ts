/** Events as text/event-stream has them: WHATWG HTML §9.2. */
export { EventEncoder, hasGap } from './event-encoder.js'
export { type Closing, EventWriter } from './event-writer.js'
export type { EventForm } from './update-event.js'
