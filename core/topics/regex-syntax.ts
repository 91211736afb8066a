import type { CharacterSet, CodePointRange } from './character-set.js'
import { anyCharacter, blanks, complement, digits, single, union, wordCharacters } from './character-set.js'
import { regexDepthMax } from './limits.js'
import type { Malformed } from './malformed.js'
import { malformed } from './malformed.js'

/** A regular expression as a tree. It has no captures: a level matches or it does not. */
export type RegexNode =
  | { readonly kind: 'characters'; readonly set: CharacterSet; readonly named: boolean } // named: one character, written as itself
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly part: RegexNode; readonly min: number; readonly max: number } // max may be Infinity

/** What reading a regular expression gives; `at` counts characters from its start. */
export type ParsedRegex = { readonly kind: 'regex'; readonly root: RegexNode } | Malformed

/** Reads the ECMAScript subset that can be matched in linear time. [SEM 5.3] */
export function parseRegex(text: string): ParsedRegex {
  return new RegexParser(text).parse()
}

const quantifierPattern = /^\{(\d+)(,?)(\d*)\}/
const nothing: RegexNode = { kind: 'sequence', parts: [] }
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' }
const shorthands: Readonly<Record<string, CharacterSet>> = {
  d: digits,
  D: complement(digits),
  w: wordCharacters,
  W: complement(wordCharacters),
  s: blanks,
  S: complement(blanks),
}

/**
 * One call for each rule of the grammar, lowest precedence first.
 *
 * The first mistake is kept and the cursor goes to the end, so that every loop ends by itself; what is
 * built after that is thrown away.
 */
class RegexParser {
  private readonly text: string
  private at = 0
  private depth = 0
  private mistake: Malformed | null = null

  constructor(text: string) {
    this.text = text
  }

  parse(): ParsedRegex {
    const root = this.choice()
    if (this.at < this.text.length) this.fail('a ) without its (')
    return this.mistake ?? { kind: 'regex', root }
  }

  private choice(): RegexNode {
    const first = this.sequence()
    if (!this.sees('|')) return first
    const options = [first]
    while (this.skip('|')) options.push(this.sequence())
    return { kind: 'choice', options }
  }

  private sequence(): RegexNode {
    const parts: RegexNode[] = []
    while (this.at < this.text.length && !this.sees('|') && !this.sees(')')) parts.push(this.repeated())
    return { kind: 'sequence', parts }
  }

  private repeated(): RegexNode {
    const part = this.atom()
    const start = this.at
    const bounds = this.quantifier()
    if (bounds === null) return part
    if (part.kind === 'start' || part.kind === 'end')
      return this.fail('nothing to repeat: ^ and $ match no character', start)
    if (bounds.min > bounds.max) return this.fail('expected {m,n} with m not above n', start)
    this.skip('?') // The lazy form matches the same levels: the whole level is matched, nothing is captured.
    return { kind: 'repeat', part, ...bounds }
  }

  private quantifier(): { min: number; max: number } | null {
    if (this.skip('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
    if (this.skip('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
    if (this.skip('?')) return { min: 0, max: 1 }
    if (!this.sees('{')) return null
    const [whole = '', min, comma, max] = quantifierPattern.exec(this.text.slice(this.at)) ?? []
    if (whole === '' || (comma === '' && max !== '')) return this.noQuantifier()
    this.at += whole.length
    const unbounded = comma === ',' && max === ''
    return { min: Number(min), max: unbounded ? Number.POSITIVE_INFINITY : Number(max || min) }
  }

  private noQuantifier(): null {
    this.fail('expected {m}, {m,} or {m,n}; the character itself is written \\{')
    return null
  }

  private atom(): RegexNode {
    const start = this.at
    const character = this.take()
    if (character === '.') return { kind: 'characters', set: anyCharacter, named: false }
    if (character === '^') return { kind: 'start' }
    if (character === '$') return { kind: 'end' }
    if (character === '(') return this.group(start)
    if (character === '[') return this.characterClass(start)
    if (character === '\\') return this.escape(start)
    if ('*+?'.includes(character)) return this.fail(`nothing to repeat before ${character}`, start)
    if ('{}]'.includes(character)) return this.fail(`expected \\${character} for the character itself`, start)
    return named(character)
  }

  private group(start: number): RegexNode {
    if (this.sees('?') && !this.sees('?:')) return this.fail(this.unknownGroup(), start)
    if (this.sees('?:')) this.at += 2
    if (this.depth === regexDepthMax) return this.fail(`more than ${regexDepthMax} groups inside each other`, start)
    this.depth += 1
    const inner = this.choice()
    this.depth -= 1
    return this.skip(')') ? inner : this.fail('expected ) to close this group', start)
  }

  private unknownGroup(): string {
    const looksAround = ['?=', '?!', '?<=', '?<!'].some((opening) => this.sees(opening))
    return looksAround ? 'look-around cannot be matched in linear time' : 'expected ( or (?: to open a group'
  }

  private escape(start: number): RegexNode {
    const character = this.take()
    const set = shorthands[character]
    if (set !== undefined) return { kind: 'characters', set, named: false }
    const meant = this.escaped(character, start)
    return meant === null ? nothing : named(meant)
  }

  /** The one character that an escape stands for; null after a mistake. */
  private escaped(character: string, start: number): string | null {
    const control = controls[character]
    if (control !== undefined) return control
    if (/^[!-/:-@[-`{-~ ]$/.test(character)) return character
    if (/^[1-9k]$/.test(character)) this.fail('back-references cannot be matched in linear time', start)
    else this.fail('expected a punctuation character or one of d D w W s S n r t f v after \\', start)
    return null
  }

  private characterClass(start: number): RegexNode {
    const negated = this.skip('^')
    const ranges: CodePointRange[] = []
    if (this.sees(']')) return this.fail('expected a character in the class', start)
    while (this.at < this.text.length && !this.sees(']')) ranges.push(...this.classRange())
    if (!this.skip(']')) return this.fail('expected ] to close this class', start)
    const set = union(ranges)
    return { kind: 'characters', set: negated ? complement(set) : set, named: false }
  }

  private classRange(): CharacterSet {
    const start = this.at
    const from = this.classMember()
    if (!this.sees('-') || this.sees('-]')) return from
    this.at += 1
    const to = this.classMember()
    const [low] = from
    const [high] = to
    if (low === undefined || high === undefined) return []
    if (low.from !== low.to || high.from !== high.to) this.fail('expected single characters around -', start)
    if (low.from > high.to) this.fail('expected a range that rises', start)
    return [{ from: low.from, to: high.to }]
  }

  private classMember(): CharacterSet {
    const start = this.at
    const character = this.take()
    if (character === '') return []
    if (character !== '\\') return single(codePointOf(character))
    const escaped = this.escape(start)
    return escaped.kind === 'characters' ? escaped.set : []
  }

  /** The next code point; empty at the end, which no rule takes for a character. */
  private take(): string {
    const codePoint = this.text.codePointAt(this.at)
    if (codePoint === undefined) return ''
    const character = String.fromCodePoint(codePoint)
    this.at += character.length
    return character
  }

  private sees(text: string): boolean {
    return this.text.startsWith(text, this.at)
  }

  private skip(text: string): boolean {
    if (!this.sees(text)) return false
    this.at += text.length
    return true
  }

  private fail(why: string, at = this.at): RegexNode {
    this.mistake ??= malformed(why, at)
    this.at = this.text.length
    return nothing
  }
}

function named(character: string): RegexNode {
  return { kind: 'characters', set: single(codePointOf(character)), named: true }
}

function codePointOf(character: string): number {
  return character.codePointAt(0) ?? 0
}
