import assert from 'node:assert/strict'
import { suite, test } from 'mocha'

/** The page is plain JavaScript. */
interface PageModule {
  glowAfter(ms: number): number
}

suite('the glow of a dot in the demo', () => {
  test('fades from 1 to 0, and is no brighter for a flash that came while its frame was drawn', async () => {
    const { glowAfter }: PageModule = await import(new URL('page/glow.js', import.meta.url).href)
    assert.deepEqual([-300, 0, 350, 700, 9_000].map(glowAfter), [1, 1, 0.5, 0, 0])
  })
})
