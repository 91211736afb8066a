import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite } from 'mocha'
import { compileRegex } from '../../core/topics/level-regex.js'
import { fuzz } from '../support/fuzz.js'
import { checkSelectorText, selectorNoise } from '../support/selectors.js'

const expression = fc.string({ unit: fc.constantFrom(...'ab01()[]{}|*+?.^$-,:=!<\\dwSé'), maxLength: 30 })
const level = fc.string({ unit: 'binary', maxLength: 1_024, size: 'max' })

suite('hostile selectors', () => {
  fuzz('any text is read or refused, and what is read can be spelled and read again', selectorNoise, checkSelectorText)

  fuzz('any regular expression is refused or answers at once', fc.tuple(expression, level), ([text, name]) => {
    const outcome = compileRegex(text)
    if (outcome.kind === 'regex') outcome.regex.matches(name)
    else assert.ok(outcome.at >= 0 && outcome.at <= text.length)
  })
})
