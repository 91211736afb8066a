/** A fenced block of a document. The words after the language say how it is tested: ```sh no-run reason="needs a phone". */
export interface Block {
  readonly document: string
  /** Of the opening fence, counted from 1. */
  readonly line: number
  readonly language: string
  readonly options: Readonly<Record<string, string>>
  readonly text: string
  /** What a reader is promised to see: the ```text block that comes next, if there is nothing but prose between. */
  readonly output: string | undefined
}

const opening = /^ {0,3}(`{3,}|~{3,})\s*(\S*)\s*(.*)$/
const option = /([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g

export function blocksIn(document: string, markdown: string): Block[] {
  const lines = markdown.split('\n')
  const blocks: Block[] = []
  for (let index = 0; index < lines.length; index++) {
    const [, fence, language, rest] = opening.exec(lines[index] ?? '') ?? []
    if (fence === undefined || language === undefined) continue
    const end = closingLine(lines, index + 1, fence)
    const text = lines.slice(index + 1, end).join('\n')
    blocks.push({ document, line: index + 1, language, options: optionsIn(rest ?? ''), text, output: undefined })
    index = end
  }
  return blocks.map((block, at) => ({ ...block, output: outputAfter(blocks, at) }))
}

/** The line of the fence that ends a block; a fence inside a longer fence does not. */
function closingLine(lines: readonly string[], from: number, fence: string): number {
  const closes = (line: string): boolean => line.trimStart().startsWith(fence) && /^[`~]+\s*$/.test(line.trim())
  const end = lines.findIndex((line, index) => index >= from && closes(line))
  return end === -1 ? lines.length : end
}

function optionsIn(rest: string): Record<string, string> {
  return Object.fromEntries(
    [...rest.matchAll(option)].map(([, name = '', quoted, plain]) => [name, quoted ?? plain ?? '']),
  )
}

function outputAfter(blocks: readonly Block[], at: number): string | undefined {
  const [block, next] = [blocks[at], blocks[at + 1]]
  return block?.language === 'sh' && next?.language === 'text' ? next.text : undefined
}

/** Whether output is as promised: line by line, where … stands for anything, alone on a line for any lines. */
export function isAsPromised(output: string, promised: string): boolean {
  const lines = promised.trim().split('\n')
  const pattern = lines.map((line) => (line.trim() === '…' ? '(?:.*\\n)*?' : `${lineShape(line)}\\n`)).join('')
  return new RegExp(`^${pattern}$`).test(`${withoutTrailingSpace(output)}\n`)
}

const lineShape = (line: string): string => line.trimEnd().split('…').map(literally).join('.*')

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

const withoutTrailingSpace = (text: string): string => text.trim().replace(/[ \t]+$/gm, '')
