import type { SourceFile } from './source-file.js'

/** One breach of a rule. */
export interface Fault {
  readonly line: number
  /** What is wrong and, where it is not plain, what to do. */
  readonly what: string
  /** The function at fault, when an exemption should name it rather than the whole file. */
  readonly name?: string
}

/** A file that exists only to try a rule on. */
export interface Sample {
  readonly path: string
  readonly text: string
}

export interface Rule {
  /** What holds everywhere, as a sentence; it becomes the name of the test. */
  readonly name: string
  readonly appliesTo: (path: string) => boolean
  readonly faults: (file: SourceFile) => Fault[]
  /** Each must be caught. */
  readonly wrong: readonly Sample[]
  /** Each looks similar and must pass. */
  readonly right: readonly Sample[]
}

const freeFolders = ['test', 'bench', 'tools', 'examples']

export const isTypeScript = (path: string): boolean => /\.tsx?$/.test(path)
export const isTest = (path: string): boolean => /\.(test|fuzz)\.ts$/.test(path)

/** Free files may import anything and are imported by nobody but each other; configuration in the root is one of them. */
export const isFree = (path: string): boolean =>
  freeFolders.includes(folderOf(path)) || isTest(path) || path.endsWith('/harness.ts') || !path.includes('/')

export const isProduct = (path: string): boolean => isTypeScript(path) && !isFree(path)

/** The folder at the top of the checkout that holds a file. */
export const folderOf = (path: string): string => path.split('/')[0] ?? ''

export const isProductOf =
  (...folders: readonly string[]) =>
  (path: string): boolean =>
    isProduct(path) && folders.includes(folderOf(path))
