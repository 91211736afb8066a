import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { multipartOf, rangesIn } from './ranges.js'

const told = (field: string, bytes = 10) => {
  const ranges = rangesIn(field, bytes)
  return Array.isArray(ranges) ? ranges.map(({ start, last }) => `${start}-${last}`).join() : ranges
}

suite('http: ranges', () => {
  for (const [field, expected] of [
    ['bytes=0-3', '0-3'],
    ['Bytes = 0-3', '0-3'],
    ['bytes=4-', '4-9'],
    ['bytes=-3', '7-9'],
    ['bytes=-30', '0-9'],
    ['bytes=0-99', '0-9'],
    ['bytes=0-1, 4-5', '0-1,4-5'],
    ['bytes=0-1,,20-30', '0-1'],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=20-30,40-50', 'unsatisfiable'],
    ['bytes=3-1', null],
    ['bytes=a-b', null],
    ['bytes=-', null],
    ['bytes=', null],
    ['bytes=1', null],
    ['lines=0-3', null],
    ['bytes=0-9,0-9', null],
    [`bytes=${Array(20).fill('0-0').join()}`, null],
    ['bytes=99999999999999999999-', null],
  ] as const) {
    test(`of ten bytes ${field.slice(0, 40)} is ${expected ?? 'ignored'} (RFC 9110 §14.2)`, () => {
      assert.equal(told(field), expected)
    })
  }

  test('of nothing there is no part', () => {
    assert.equal(told('bytes=0-', 0), 'unsatisfiable')
    assert.equal(told('bytes=-5', 0), 'unsatisfiable')
  })

  test('several parts stand in one body, each with its place (RFC 9110 §14.6)', () => {
    const value = Buffer.from('0123456789')
    const { contentType, body } = multipartOf(
      [
        { start: 0, last: 1 },
        { start: 8, last: 9 },
      ],
      value,
      'text/plain',
      'x',
    )
    const part = (place: string, text: string) =>
      `\r\n--x\r\ncontent-type: text/plain\r\ncontent-range: bytes ${place}/10\r\n\r\n${text}`
    assert.equal(contentType, 'multipart/byteranges; boundary=x')
    assert.equal(body.toString(), `${part('0-1', '01')}${part('8-9', '89')}\r\n--x--\r\n`)
  })
})
