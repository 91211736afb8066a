import { assert } from '../core/index.js'

/** Throws unless a user's name has the form that keeps users from meeting: no name can hold what ends it in a key. */
export function checkName(name: string): void {
  assert(/^[a-z0-9-]+$/.test(name), 'a name in the store has lower case letters, digits and hyphens')
}
