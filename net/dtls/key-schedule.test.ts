import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { premasterWithPsk, pseudorandom } from './key-schedule.js'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

suite('key schedule', () => {
  test('the pseudorandom function is that of TLS 1.2 with SHA-256', () => {
    // Published on the mailing list of the TLS working group, 2009-09: "test vectors for TLS 1.2 PRF".
    const secret = hex('9bbe436ba940f017b17652849a71db35')
    const seed = hex('a0ba9f936cda311827a6f796ffd5198c')
    const expected = hex(`
      e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a
      6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab
      4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701
      87347b66`)
    assert.deepEqual(pseudorandom(secret, 'test label', seed, expected.length), expected)
  })

  test('a key that both know counts as long as what they agreed on beside it [RFC 4279 §2, RFC 5489 §2]', () => {
    assert.deepEqual(premasterWithPsk(hex('aabbcc')), hex('0003 000000 0003 aabbcc'))
    assert.deepEqual(premasterWithPsk(hex('aabbcc'), hex('11')), hex('0001 11 0003 aabbcc'))
  })
})
