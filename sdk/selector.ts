/**
 * The selector language, from core itself: which subscription an update belongs to must not depend on who answers, and the
 * regular expressions of [SEM 5.3] are a dialect of their own. This is the SDK's one import of core that is not a type.
 */
export type { Selector } from '../core/index.js'
export { parseSelector, selectorMatches } from '../core/index.js'
