import type { Measured, Must, Rival } from './figures.js'

const headings = ['figure', 'value', 'unit', 'must be', '', 'runs', 'spread', 'server', 'load', 'rivals']

/** The figures as a table for people; numbers to the right. */
export function table(figures: readonly Measured[]): string {
  const rows = [headings, ...figures.map(rowOf)]
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0, column)).join('  '))
  const notes = figures.flatMap(({ name, void: reason, note }) =>
    [reason && `${name}: void: ${reason}`, note && `${name}: ${note}`].filter((line) => line !== undefined),
  )
  return [...lines.map((line) => line.trimEnd()), ...notes.filter((line) => line !== '')].join('\n')
}

const leftAligned = new Set([0, 2, 9])

function padded(cell: string, width: number, column: number): string {
  return leftAligned.has(column) ? cell.padEnd(width) : cell.padStart(width)
}

function rowOf(figure: Measured): string[] {
  const { name, value, unit, must, runs, spread, serverCpu, loadCpu, rivals } = figure
  return [
    name,
    value === null ? 'void' : value.toLocaleString('en'),
    unit,
    boundText(must),
    verdictText(value, must),
    String(runs),
    `${(spread * 100).toFixed(0)} %`,
    serverCpu.toFixed(2),
    loadCpu.toFixed(2),
    rivals.map(rivalText).join('; '),
  ]
}

/** The bound in words. */
export function boundText(must: Must | undefined): string {
  if (must?.atLeast !== undefined) return `≥ ${must.atLeast.toLocaleString('en')}`
  return must?.atMost === undefined ? '' : `≤ ${must.atMost.toLocaleString('en')}`
}

function verdictText(value: number | null, must: Must | undefined): string {
  if (must === undefined) return ''
  return reaches(value, must) ? 'yes' : 'NO'
}

/** Whether a figure is what it must be; a void one is not. */
export function reaches(value: number | null, { atLeast = -Infinity, atMost = Infinity }: Must): boolean {
  return value !== null && value >= atLeast && value <= atMost
}

function rivalText({ name, value, ratio, ratioPerCpu }: Rival): string {
  const times = ratio === null ? '' : ` (× ${ratio}${ratioPerCpu === null ? '' : `, × ${ratioPerCpu} per core`})`
  return `${name} ${value === null ? 'void' : value.toLocaleString('en')}${times}`
}
