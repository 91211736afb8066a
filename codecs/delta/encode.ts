import type { BlockSearch } from './block-search.js'
import { findBlock, startBlockSearch } from './block-search.js'
import { choose, findFarAligned, findNearby } from './candidates.js'
import type { Edit } from './edit.js'
import { noGain, restart } from './edit.js'
import * as limits from './limits.js'
import { matchForward, stepsOf } from './match.js'
import { writeOperation } from './write-operation.js'

/** How much one pass may write before it gives up. */
interface Allowance {
  /** Where in `out` the delta must end. */
  readonly end: number
  /** Bytes inserted in one piece. */
  readonly insertedMax: number
}

/**
 * Writes the delta to `edit.out` from `edit.start` to `edit.at`. False if it is not worth sending, or too much work.
 *
 * Most values differ in a few small edits, which a first pass finds in one walk. Only if what it writes is poor does a second
 * pass look for the same bytes elsewhere in the base as well.
 */
export function encode(edit: Edit): boolean {
  const { length } = edit.target
  const whole = { end: edit.limit, insertedMax: length }
  if (length < limits.indexedBytesMin) return walk(edit, null, whole)
  if (walk(edit, null, goodAllowance(edit))) return true
  if (edit.steps + Math.min(edit.base.length, limits.indexedPlacesMax) > edit.stepsAllowed) return false
  restart(edit)
  return walk(edit, startBlockSearch(edit), whole)
}

function goodAllowance({ base, target, start, limit }: Edit): Allowance {
  return {
    end: Math.min(limit, start + limits.goodBytes + (target.length >> limits.goodShareShift)),
    insertedMax: limits.insertedBytesGood + (base.length >> limits.insertedShareShift),
  }
}

/** One operation a turn: insert up to where base and target agree again, then follow them as far as they do. */
function walk(edit: Edit, search: BlockSearch | null, { end, insertedMax }: Allowance): boolean {
  while (edit.targetAt < edit.targetEnd || edit.baseAt !== edit.baseEnd) {
    resynchronise(edit, search, insertedMax)
    if (edit.inserted > insertedMax || edit.steps > edit.stepsAllowed || !writeOperation(edit, end)) return false
    follow(edit)
  }
  return true
}

/** Chooses the next operation; all that is left is inserted if nothing better is found. */
function resynchronise(edit: Edit, search: BlockSearch | null, insertedMax: number): void {
  edit.gain = noGain
  choose(edit, edit.baseEnd - edit.baseAt, edit.targetEnd - edit.targetAt)
  if (edit.inserted === 0 || findNearby(edit, search !== null)) return
  if (search !== null) findBlock(edit, search)
  if (edit.gain === noGain) findFarAligned(edit, insertedMax)
}

function follow(edit: Edit): void {
  const most = Math.min(edit.base.length - edit.baseAt, edit.targetEnd - edit.targetAt)
  const run = matchForward(edit.base, edit.baseAt, edit.target, edit.targetAt, most)
  edit.steps += stepsOf(run)
  edit.copied = run
  edit.baseAt += run
  edit.targetAt += run
}
