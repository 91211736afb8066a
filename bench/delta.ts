import { deltaFigures } from './micro/delta.js'
import type { Bench } from './support/bench.js'
import type { Measured } from './support/figures.js'
import { rounded } from './support/statistics.js'

/** The reference table: bytes of a delta, and µs to make it. Inputs are found by how their names begin. */
const references: readonly (readonly [prefix: string, name: string, bytes: number, micros: number])[] = [
  ['205 B quote', 'quote', 17.4, 0.7],
  ['5 KB JSON', 'document5KB', 9, 5.6],
  ['64 KB JSON', 'document64KB', 90, 72],
  ['4 KB array, insert at the front', 'arrayInsert', 61, 70],
]

/** What a delta costs, in one process and without a network: bytes, and time to make it. */
export const bench: Bench = {
  isQuick: true,
  async run() {
    const rows = deltaFigures()
    return references.flatMap(([prefix, name, bytes, micros]) => {
      const row = rows.find((each) => each.name.startsWith(prefix))
      if (row === undefined) throw new Error(`no input like "${prefix}" in bench/micro`)
      return [
        figure(`delta.${name}Bytes`, 'bytes', row.bytes, bytes),
        figure(`delta.${name}Micros`, 'µs', row.micros, micros),
      ]
    })
  },
}

function figure(name: string, unit: string, value: number, atMost: number): Measured {
  const measured = { name, unit, value: rounded(value, 3), runs: 1, spread: 0, serverCpu: 0, loadCpu: 0, rivals: [] }
  return { ...measured, must: { atMost } }
}
