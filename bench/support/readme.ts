import { readFileSync, writeFileSync } from 'node:fs'
import type { Figure, Results, Rival } from './figures.js'
import { benchOf } from './figures.js'
import { boundText, reaches } from './table.js'

/** Between these the README has the figures. */
const begin = '<!-- figures: written by `npm run bench` -->'
const end = '<!-- end of figures -->'

/** The page with these figures in the place of those that it has. */
export function withFigures(page: string, results: Results): string {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error(`the README has no place for figures: ${begin} … ${end}`)
  return `${page.slice(0, from)}${begin}\n${figuresText(results)}\n${page.slice(to)}`
}

export function writeReadme(path: string, results: Results): void {
  writeFileSync(path, withFigures(readFileSync(path, 'utf8'), results))
}

function figuresText({ figures }: Results): string {
  const rows = figures.map((figure) => `| ${rowOf(figure).join(' | ')} |`)
  return [
    ...machinesOf(figures),
    '',
    '| Figure | Measured | Must be | | Beside it |',
    '|---|--:|--:|---|---|',
    ...rows,
  ].join('\n')
}

/** A line for each machine; where there are several, with the benches that it ran. */
function machinesOf(figures: readonly Figure[]): string[] {
  const machines = [...new Set(figures.map(({ machine }) => machine))]
  if (machines.length < 2) return machines
  return machines.map((machine) => {
    const benches = new Set(figures.filter((figure) => figure.machine === machine).map(benchOf))
    return `- ${machine}: ${[...benches].join(', ')}`
  })
}

function rowOf(figure: Figure): string[] {
  const { name, value, unit, must, rivals } = figure
  const measured = value === null ? `none: ${figure.void ?? ''}` : `${value.toLocaleString('en')} ${unit}`
  const verdict = must === undefined ? '' : reaches(value, must) ? 'yes' : '**no**'
  return [`\`${name}\``, measured, boundText(must), verdict, rivals.map(rivalText).join('; ')]
}

function rivalText({ name, value, ratio }: Rival): string {
  const times = ratio === null ? '' : ` (× ${ratio})`
  return `${name}: ${value === null ? 'none' : value.toLocaleString('en')}${times}`
}
