import type { Edit } from './edit.js'
import { replaceCopiedMore, replaceInserts, seekCode, seekInsertedMore } from './format.js'

/** More than the code and the three numbers of an operation take. */
const headBytesMax = 16

/** Longer inserts are copied by the engine: a call costs as much as so many bytes one by one. */
const loopBytesMax = 48

/** Writes the chosen operation and goes on behind it. False, and nothing written, if it does not end at `end` or before. */
export function writeOperation(edit: Edit, end: number): boolean {
  const mayNotFit = edit.at + headBytesMax + edit.inserted > end
  if (mayNotFit && edit.at + operationBytes(edit) > end) return false
  edit.at = isReplace(edit) ? writeReplace(edit) : writeSeek(edit)
  writeInserted(edit)
  edit.baseAt = edit.nextBaseAt
  edit.targetAt += edit.inserted
  edit.copied = 0
  return true
}

/** Whether the base goes on where a replace leaves it [D4]. */
function isReplace({ base, baseAt, nextBaseAt, inserted }: Edit): boolean {
  return inserted > 0 && nextBaseAt === Math.min(baseAt + inserted, base.length)
}

function writeReplace({ out, at, copied, inserted }: Edit): number {
  out[at] = Math.min(copied, replaceCopiedMore) * replaceInserts + Math.min(inserted, replaceInserts) - 1
  const next = copied < replaceCopiedMore ? at + 1 : writeInteger(out, at + 1, copied - replaceCopiedMore)
  return inserted < replaceInserts ? next : writeInteger(out, next, inserted - replaceInserts)
}

function writeSeek(edit: Edit): number {
  const { out, at, copied, inserted } = edit
  out[at] = seekCode + Math.min(inserted, seekInsertedMore)
  const behindCopied = writeInteger(out, at + 1, copied)
  const next = inserted < seekInsertedMore ? behindCopied : writeInteger(out, behindCopied, inserted - seekInsertedMore)
  return writeInteger(out, next, seekOf(edit))
}

function writeInserted(edit: Edit): void {
  const { out, at, target, targetAt, inserted } = edit
  if (inserted > loopBytesMax) out.set(target.subarray(targetAt, targetAt + inserted), at)
  else for (let i = 0; i < inserted; i++) out[at + i] = target[targetAt + i] ?? 0
  edit.at = at + inserted
}

function operationBytes(edit: Edit): number {
  const { copied, inserted } = edit
  if (isReplace(edit))
    return 1 + moreBytes(copied - replaceCopiedMore) + moreBytes(inserted - replaceInserts) + inserted
  return 1 + moreBytes(copied) + moreBytes(inserted - seekInsertedMore) + moreBytes(seekOf(edit)) + inserted
}

/** How far the base goes on from where the copy ended, zigzag: 0, -1, 1, -2 … become 0, 1, 2, 3 …. */
function seekOf({ baseAt, nextBaseAt }: Edit): number {
  const seek = nextBaseAt - baseAt
  return seek < 0 ? -2 * seek - 1 : 2 * seek
}

/** Bytes of a number that follows the code; none if there is nothing to add to it. */
function moreBytes(more: number): number {
  return more < 0 ? 0 : more < 0x80 ? 1 : more < 0x4000 ? 2 : more < 0x20_0000 ? 3 : more < 0x1000_0000 ? 4 : 5
}

function writeInteger(out: Uint8Array, at: number, value: number): number {
  let rest = value
  let next = at
  for (; rest >= 0x80; rest >>>= 7) out[next++] = (rest & 0x7f) | 0x80
  out[next] = rest
  return next + 1
}
