import { mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { StoreFault } from './store-error.js'
import { StoreError } from './store-error.js'

/** Files in which LevelDB keeps data; it has none before it has a file CURRENT that says where to begin. */
const dataFile = /^\d+\.(ldb|sst|log)$/

/**
 * Makes the folder where it is not there. Throws `damaged` where it has data but no CURRENT. LevelDB would take it for a new database, and delete what is there.
 */
export async function checkFolder(folder: string): Promise<void> {
  await make(folder)
  const names = await namesIn(folder)
  const begins = names.includes('CURRENT')
  if (!begins && names.some((name) => dataFile.test(name))) throw damaged(folder, new Error('CURRENT is missing'))
}

/** One folder at a time: to make several at once never ends in Node 20 where the system lets nobody make one, as below /proc. */
async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return
    const parent = dirname(folder)
    if (codeOf(error) !== 'ENOENT' || parent === folder) throw unusable(folder, error)
    await make(parent)
    await mkdir(folder).catch((again) => {
      throw unusable(folder, again)
    })
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    throw unusable(folder, error)
  }
}

/**
 * What LevelDB dropped when it opened the folder, as lines for people: bytes of its log that did not fit their checksum. It
 * goes on without them and says so only in a file of its own. A group that was cut by the end of the process is not among them.
 */
export async function droppedAtOpen(folder: string): Promise<string[]> {
  const lines = await readFile(join(folder, 'LOG'), 'utf8')
  return [...lines.matchAll(/\(ignoring error\) (.*: dropping \d+ bytes; .*)/g)].map(([, what = '']) => what)
}

/** What kept the database from opening, as an error that says what to do. */
export function openError(folder: string, error: unknown): StoreError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (codeOf(cause) === 'LEVEL_LOCKED') return locked(folder, cause)
  return isCorruption(cause) ? damaged(folder, cause) : unusable(folder, cause)
}

/** Did LevelDB find bytes that do not fit together? */
export const isCorruption = (error: unknown): boolean => codeOf(error) === 'LEVEL_CORRUPTION'

/** The folder cannot be trusted; what is in it stays as it is. */
export function damaged(folder: string, cause: unknown): StoreError {
  return told('damaged', `the data folder ${folder} is damaged: restore it, or move it away to begin anew`, cause)
}

function locked(folder: string, cause: unknown): StoreError {
  return told(
    'locked',
    `the data folder ${folder} is used by another process: stop that, or name another folder`,
    cause,
  )
}

/** The folder cannot be read or written by this process. */
export function unusable(folder: string, cause: unknown): StoreError {
  return told('unusable', `the data folder ${folder} cannot be used: check that it is there and who may write`, cause)
}

function told(fault: StoreFault, what: string, cause: unknown): StoreError {
  const why = cause instanceof Error ? ` (${cause.message})` : ''
  return new StoreError(fault, `${what}${why}`, { cause })
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
