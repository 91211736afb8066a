import { readFileSync } from 'node:fs'

/** One row of a recording by column name. */
export type Row = Readonly<Record<string, string>>

/** The recordings that come with the package; `data/NOTICE.txt` says where they are from. */
export type RecordingName = 'stocks' | 'index' | 'weather' | 'airports' | 'flights' | 'football' | 'earthquakes'

/** Reads a whole recording, oldest row first. */
export function readRecording(name: RecordingName): Row[] {
  return parseTable(readFileSync(new URL(`./data/${name}.tsv`, import.meta.url), 'utf8'))
}

/** Rows of a table whose first line names the columns, parted by tabs. */
export function parseTable(text: string): Row[] {
  const [heading = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
  return rows.map((row) => Object.fromEntries(heading.map((column, index) => [column, row[index] ?? ''])))
}
