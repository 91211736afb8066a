import type { Edit } from './edit.js'
import { mayChoose } from './edit.js'
import { editBytesMax, judgedRunBytes, shiftedBytesMax, shortEditBytesMax, strongRunBytes } from './limits.js'
import { matchForward, stepsOf } from './match.js'

/** Bytes that going on elsewhere in the base costs more than replacing. */
const seekCost = 2

/** Makes this the next operation: remove `removed` bytes of the base, insert `inserted` of the target. */
export function choose(edit: Edit, removed: number, inserted: number): void {
  edit.nextBaseAt = edit.baseAt + removed
  edit.inserted = inserted
}

/** Chooses this if it brings more equal bytes, for fewer inserted, than the best so far. Returns how many are equal. */
export function consider(edit: Edit, removed: number, inserted: number): number {
  const baseAt = edit.baseAt + removed
  const targetAt = edit.targetAt + inserted
  const most = Math.min(edit.base.length - baseAt, edit.targetEnd - targetAt, judgedRunBytes)
  const run = matchForward(edit.base, baseAt, edit.target, targetAt, most)
  edit.steps += stepsOf(run)
  const gain = run - inserted - (removed === inserted ? 0 : seekCost)
  if (gain <= edit.gain) return run
  edit.gain = gain
  choose(edit, removed, inserted)
  return run
}

/**
 * Looks for the end of a small edit. Returns true if what is chosen then needs no comparison with anything else.
 *
 * Most edits replace as many bytes as they remove. Where as much is left of the base as of the target, nothing else
 * is likely; `isThorough` asks to look even then.
 */
export function findNearby(edit: Edit, isThorough: boolean): boolean {
  const baseLeft = edit.baseEnd - edit.baseAt
  const targetLeft = edit.targetEnd - edit.targetAt
  if (baseLeft <= 0) return false
  const length = findAligned(edit, 1, editBytesMax)
  if (!isThorough && baseLeft === targetLeft && (length > 0 || baseLeft <= editBytesMax)) {
    if (length > 0) choose(edit, length, length)
    return true
  }
  if (length > 0 && consider(edit, length, length) >= (isThorough ? judgedRunBytes : strongRunBytes)) return true
  if (Math.min(baseLeft, targetLeft) > strongRunBytes && mayChoose(edit)) findShifted(edit)
  return false
}

/** The last resort: any four equal bytes at the same place in both, however far ahead. */
export function findFarAligned(edit: Edit, insertedMax: number): void {
  const length = findAligned(edit, editBytesMax, Math.min(insertedMax + 1, edit.stepsAllowed - edit.steps))
  if (length > 0) choose(edit, length, length)
}

/** The length of an edit that replaces as many bytes as it removes, from `least` up to `most`; -1 if there is none. */
function findAligned(edit: Edit, least: number, most: number): number {
  const { base, target, baseAt, targetAt } = edit
  const end = Math.min(most, edit.baseEnd - baseAt - 1, edit.targetEnd - targetAt - 1)
  let length = least
  while (length < end && !meets(base, baseAt + length, target, targetAt + length, length > shortEditBytesMax)) length++
  edit.steps += Math.max(1, length - least)
  return length < end ? length : -1
}

function meets(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, isFar: boolean): boolean {
  if (a[aAt] !== b[bAt] || a[aAt + 1] !== b[bAt + 1]) return false
  return !isFar || (a[aAt + 2] === b[bAt + 2] && a[aAt + 3] === b[bAt + 3])
}

/** Looks for an edit that inserts more or fewer bytes than it removes, the smallest first; then for the one that would be the last. */
function findShifted(edit: Edit): void {
  for (let both = 1; both <= shiftedBytesMax; both++) {
    edit.steps += both
    for (let inserted = 0; inserted <= both; inserted++) {
      if (inserted + inserted !== both && isStrong(edit, both - inserted, inserted)) {
        consider(edit, both - inserted, inserted)
        return
      }
    }
  }
  findLastShift(edit)
}

/** If all later edits replace as much as they remove, this one must make up for the whole difference in length. */
function findLastShift(edit: Edit): void {
  const longer = edit.targetEnd - edit.targetAt - (edit.baseEnd - edit.baseAt)
  const inserted = Math.max(0, longer)
  const removed = Math.max(0, -longer)
  for (let both = 0; both < editBytesMax; both++) {
    edit.steps++
    if (isStrong(edit, removed + both, inserted + both)) {
      consider(edit, removed + both, inserted + both)
      return
    }
  }
}

function isStrong(edit: Edit, removed: number, inserted: number): boolean {
  const { base, target } = edit
  const baseAt = edit.baseAt + removed
  const targetAt = edit.targetAt + inserted
  if (baseAt + strongRunBytes > edit.baseEnd || targetAt + strongRunBytes > edit.targetEnd) return false
  if (base[baseAt] !== target[targetAt]) return false
  edit.steps += strongRunBytes
  return matchForward(base, baseAt, target, targetAt, strongRunBytes) === strongRunBytes
}
