/**
 * The bounds of the delta codec. What is reached never breaks: the value is sent in full instead.
 *
 * A *step* is one place tried, one byte compared, or sixteen equal bytes passed over at once. On a core of 2023 it
 * takes 1 to 6 ns.
 */

/**
 * Steps allowed for each byte of base and target together. Common edits need less than 1, shuffled JSON 4. They are looked at
 * before each operation, which takes at most a thousand. Beyond: no delta.
 */
export const stepsPerByteMax = 6

/** Steps allowed on top, so that values of a few bytes may be searched as well. Together with those above: 30 µs for 200 bytes at the worst. */
export const stepsSpare = 4_096

/** Steps allowed whatever the size: at most about 6 ms, so that one huge value cannot hold up everybody's turn. Beyond: no delta. */
export const stepsMax = 2 ** 20

/** Bytes of a value that deltas are made of or for. It keeps every number of the format below 2^31. Longer: no delta; refused by `apply`. */
export const valueBytesMax = 2 ** 30 - 1

/** Bytes that a delta must save: a frame says more about a delta than about a value. */
export const savedBytesMin = 4

/** The share of the target that a delta must save as well, as a power of two: 1/8. For less, the reader's work is not worth it. */
export const savedShareShift = 3

/** A delta of so many bytes, plus 1/64 of the target, is good enough: no copy from elsewhere could save much. */
export const goodBytes = 32
export const goodShareShift = 6

/** Inserted bytes in one piece, plus 1/512 of the base, from which on looking for them elsewhere in the base is worth its time. */
export const insertedBytesGood = 24
export const insertedShareShift = 9

/** A shorter target is not searched for in the whole base: there is too little to gain. */
export const indexedBytesMin = 48

/**
 * Places of the base that the index knows, evenly spread: all of them up to 8 KB. It bounds memory and the time to fill it (about
 * 40 µs). The table has twice as many slots, 2^14 or 64 KB, and numbers a place in 14 bits.
 */
export const indexedPlacesMax = 8_192
export const indexSlotBitsMax = 14

/** Bytes that are compared one by one before two views are made, which cost as much, to compare sixteen at once. */
export const nearBytes = 192

/** How far ahead at the same place in base and target an edit is expected to end. */
export const editBytesMax = 32

/** Up to this distance two equal bytes end an edit (they save a byte); further on, four: chance meetings grow likelier. */
export const shortEditBytesMax = 8

/** Bytes that an edit removes and inserts together, when these are not as many: enough for two 12-digit numbers. */
export const shiftedBytesMax = 24

/** Equal bytes that prove an alignment found at a different distance: by chance they hardly meet. */
export const strongRunBytes = 8

/** How many of the bytes that a candidate brings are counted when candidates are compared. */
export const judgedRunBytes = 256

/** From the first block found on, how much further a better one is looked for. */
export const choiceBytesMax = 32
