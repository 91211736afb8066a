import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ParsedSelector, Selector } from '../../core/topics/selector.js'
import { parsePlainSelector, parseSelector, selectorMatches } from '../../core/topics/selector.js'

/** The selector that a text stands for; fails the test where the text is refused. */
export function selector(text: string, parse: (text: string) => ParsedSelector = parseSelector): Selector {
  const parsed = parse(text)
  if (parsed.kind === 'malformed') assert.fail(`${text} was refused at ${parsed.at}: ${parsed.why}`)
  return parsed.selector
}

/** Why a text is refused; fails the test where it is accepted. */
export function refusal(text: string, parse: (text: string) => ParsedSelector = parseSelector) {
  const parsed = parse(text)
  assert.ok(parsed.kind === 'malformed', `${text} was accepted`)
  return parsed
}

const pieces = [
  ...['a', '$', 'é', '/', '+', '#', '{', '}', ',', '~"', '="', '"', "'", '\\'],
  ...['(', ')', '*', '[', ']', '|', '{2}', '\0', '\ud83d'],
]

/** Text made of what means something in a selector, most of it malformed. */
export const selectorNoise = fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((all) => all.join(''))

/** What holds for any text: a mistake lies within it, and what is accepted can be spelled, read again and asked. */
export function checkSelectorText(text: string): void {
  for (const parse of [parseSelector, parsePlainSelector]) {
    const parsed = parse(text)
    if (parsed.kind === 'malformed') {
      assert.ok(parsed.at >= 0 && parsed.at <= text.length && parsed.why !== '')
    } else {
      assert.equal(selector(parsed.selector.text).text, parsed.selector.text)
      selectorMatches(parsed.selector, text.split('/'))
    }
  }
}
