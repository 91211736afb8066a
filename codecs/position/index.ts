/** Versions and positions as text, for URLs, headers and JSON. Outside the gateway they are opaque. [SEM 1.2, 1.3] */
export { formatPosition, parsePosition } from './position.js'
export { type EpochVersion, formatVersion, parseVersion } from './version.js'
