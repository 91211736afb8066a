/** Bytes of a path in UTF-8. More: refused. */
export const pathBytesMax = 1_024

/**
 * Levels of a path, and so of a selector: one more could never match. It bounds every walk that goes level by level.
 * More: refused.
 */
export const pathLevelsMax = 128

/** Characters (UTF-16 code units) of a selector's text: twice a path, as room for patterns. More: malformed. */
export const selectorCharactersMax = 2_048

/**
 * Levels of one selector that are alternatives or regular expressions. With the bounds below a selector takes at most
 * 100 KB (measured), and to try one costs at most about 2 ms a level. More: malformed.
 */
export const patternLevelsMax = 4

/**
 * Names that the alternatives of one level stand for: `{a,b}{c,d}` stands for four. Each is held, so that matching is
 * one look-up. More: malformed.
 */
export const alternativesMax = 128

/** Characters of those names together: a long text beside many alternatives is held once for each. More: malformed. */
export const alternativesCharactersMax = 4_096

/**
 * States of one regular expression after `{m,n}` is written out: a level costs at most its characters times these.
 * More: malformed.
 */
export const regexStatesMax = 256

/** Groups inside groups in a regular expression. It bounds the depth of recursion while reading. More: malformed. */
export const regexDepthMax = 32

/** Selectors of which all subscriptions share what they were read into. More: those that came first are read for each again. */
export const sharedSelectorsMax = 1_000

/**
 * First levels of which is noted that something of their topics was not stored. More: all levels count as such, and no reader goes
 * on where it was before a restart.
 */
export const unstoredLevelsMax = 100

/** Gaps between two lives of a log that are told apart. More: the two oldest count as one, with the life between them. */
export const gapsMax = 100
