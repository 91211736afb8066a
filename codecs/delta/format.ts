/**
 * How the first byte of an operation is shared out [D4, D5]. README.md has the whole format.
 *
 * ```
 *   0 … 239   replace: copy (0 … 46, 47 = more) × 5  +  insert (1 … 4, 5 = more) - 1
 * 240 … 255   seek:    240 + insert (0 … 14, 15 = more); the copied length and the seek follow as integers
 * ```
 */

/** Insert lengths of a replace; the longest says that a number follows, which is added. */
export const replaceInserts = 5

/** Copy lengths of a replace; the longest says that a number follows, which is added. */
export const replaceCopiedMore = 47

/** The first of the codes that seek. */
export const seekCode = (replaceCopiedMore + 1) * replaceInserts

/** The insert length of a seek which says that a number follows, which is added. */
export const seekInsertedMore = 255 - seekCode

/** The fifth byte of an integer has three bits left below 2^31 [D3]. */
export const integerShiftMax = 28
export const integerLastByteMax = 7
