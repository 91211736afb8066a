export { type Applied, apply } from './apply.js'
export { diff, diffInto } from './diff.js'
