import type { Block } from './markdown.js'

/** One block as it is carried out: a stored file, and the shell lines that use it. */
export interface Step {
  readonly block: Block
  readonly storedAs: string
  readonly commands: readonly string[]
}

/** Fences that only show something; every other language is carried out or refused. */
const shown = [
  '',
  'text',
  'json',
  'html',
  'http',
  'proto',
  'protobuf',
  'diff',
  'mermaid',
  'ini',
  'nginx',
  'toml',
  'dockerfile',
  'c',
]

const runs: Readonly<Record<string, (path: string) => string>> = {
  sh: (path) => `. ${path}`,
  js: (path) => `node ${path}`,
  ts: (path) => `tsx ${path}`,
  yaml: (path) => `rivulet check ${path}`,
}

const endings: Readonly<Record<string, string>> = { sh: 'sh', js: 'mjs', ts: 'ts', yaml: 'yaml' }

/** Blocks in the order of the document; a block that is marked as not to be run may still be a file that others use. */
export function stepsOf(blocks: readonly Block[]): Step[] {
  return blocks.map(stepFor).filter(({ commands }) => commands.length > 0)
}

/** A block with file="name" appears under that name, where the reader is by then, when its turn comes. */
function stepFor(block: Block): Step {
  const { file } = block.options
  const storedAs = `.blocks/${block.line}.${endings[block.language] ?? 'txt'}`
  const stored = `"$HERE/${storedAs}"`
  const save = file === undefined ? [] : [`mkdir -p "$(dirname '${file}')"`, `cp ${stored} '${file}'`]
  const run = isRun(block) ? runs[block.language]?.(file === undefined ? stored : `'./${file}'`) : undefined
  return { block, storedAs, commands: run === undefined ? save : [...save, run] }
}

const isLeftOut = ({ options }: Block): boolean => 'no-run' in options || 'no-check' in options

const isRun = (block: Block): boolean => block.language in runs && !isLeftOut(block)

/** TypeScript is checked even where running it would take a peer that is not there. */
export const typedBlocks = (blocks: readonly Block[]): Block[] =>
  blocks.filter(({ language, options }) => language === 'ts' && !('no-check' in options))

/** What is left out, each with its place and reason, for the report. */
export const leftOut = (blocks: readonly Block[]): string[] =>
  blocks.filter(isLeftOut).map(({ document, line, options }) => `${document}:${line}: ${options.reason}`)

/** Mistakes in how blocks are marked. */
export function markingFaults(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => {
    const { document, line, language, options } = block
    const where = `${document}:${line}`
    if (isLeftOut(block)) return options.reason ? [] : [`${where} say why it is not run: no-run reason="…"`]
    if (language in runs || shown.includes(language)) return []
    return [`${where} nothing is known about \`\`\`${language}; write sh, text or no-run reason="…"`]
  })
}

const waitSeconds = 30

/**
 * The document as one shell script, so that `cd`, variables and background processes last from block to block
 * as they do for a reader. Output of each block goes to a file; the last line of `progress` names the one at work.
 */
export function scriptFor(steps: readonly Step[]): string {
  return ['set -e', 'if [ -n "$ALONE" ]; then ip link set lo up; fi', ...steps.map(partFor)].join('\n')
}

function partFor({ block, commands }: Step): string {
  const output = `"$OUTPUT/${block.line}"`
  const begin = `echo ${block.line} >> "$OUTPUT/progress"`
  const group = `{ ${commands.join('\n')}\n} > ${output} 2>&1 < /dev/null`
  if (!('background' in block.options)) return `${begin}\n${group}`
  const until = block.options.until ?? 'ready'
  return `${begin}\n${group} &\n${waitFor(until, output)}`
}

/** A background block counts as started when it has printed a line; until="" waits for none. */
function waitFor(line: string, output: string): string {
  if (line === '') return ''
  const printed = `grep -qxF -- '${line.replaceAll("'", "'\\''")}' ${output}`
  return `for try in $(seq ${waitSeconds * 10}); do ${printed} && break; sleep 0.1; done; ${printed}`
}
