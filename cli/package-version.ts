import { readFileSync } from 'node:fs'

/** The version in the package's own description, which lies elsewhere for a checkout than for an installed package. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(new URL(import.meta.resolve('rivulet/package.json')), 'utf8')).version
}
