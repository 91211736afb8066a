import type { KeyPath, Tree } from './layer.js'
import { isTree, pathText } from './layer.js'

/** Settings that differ between two configurations, by key; values are left out, since they may be secrets. */
export interface ChangedSettings {
  /** Hold from now on. */
  readonly applied: readonly string[]
  /** Hold after a restart. */
  readonly needRestart: readonly string[]
}

/** What a running gateway takes over. */
const reloadable = ['auth', 'permissions', 'topics', 'log']

/** Compares two configurations as they were written. */
export function changedSettings(before: Tree, after: Tree): ChangedSettings {
  const changed = differences(before, after, [])
  const isReloadable = (path: KeyPath) => reloadable.includes(String(path[0]))
  return {
    applied: changed.filter(isReloadable).map(pathText),
    needRestart: changed.filter((path) => !isReloadable(path)).map(pathText),
  }
}

function differences(before: unknown, after: unknown, path: KeyPath): KeyPath[] {
  if (!isTree(before) || !isTree(after)) return JSON.stringify(before) === JSON.stringify(after) ? [] : [path]
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) => differences(before[key], after[key], [...path, key]))
}
