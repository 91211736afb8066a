/** The whiteboard on two pages, of which one reads by an event stream and the other by a session: what one draws the other shows. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'mocha'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { builtCommand } from '../support/docs/workspace.js'
import { needsPeer } from '../support/peers.js'
import { freePorts, live, RunningExample, recovering } from '../support/running-example.js'

/** As parts of a width and a height. */
type Place = readonly [across: number, down: number]

suite('example whiteboard', function () {
  this.timeout(60_000)
  let browser: Browser
  let example: RunningExample
  let byStream: Page
  let bySession: Page
  const faults: string[] = []

  before(async function () {
    needsPeer(this, 'rivulet', 'is what the example embeds', builtCommand)
    const executablePath = needsPeer(this, 'chromium', 'shows its pages')
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    example = await RunningExample.start('whiteboard', freePorts)
    byStream = await example.open(browser, faults)
    bySession = await example.open(browser, faults, '?read=websocket')
    await Promise.all([byStream, bySession].map((tab) => tab.locator(live).waitFor()))
  })
  after(async () => {
    await browser?.close()
    await example?.kill()
  })

  const strokes = (tab: Page) => tab.locator('#board polyline')

  /** Where a part of the width and height of the board is. */
  async function placeOn(tab: Page, [across, down]: Place): Promise<Place> {
    const box = await tab.locator('#board').boundingBox()
    assert.ok(box)
    return [box.x + across * box.width, box.y + down * box.height]
  }

  /** Presses the pointer at one place and moves it to another, where it stays pressed. */
  async function drag(tab: Page, tool: string, [from, to]: readonly [Place, Place]): Promise<void> {
    await tab.locator('label', { hasText: tool }).click()
    await tab.mouse.move(...(await placeOn(tab, from)))
    await tab.mouse.down()
    await tab.mouse.move(...(await placeOn(tab, to)), { steps: 8 })
  }

  /** Waits until the other page shows a stroke as it is on its own; says of how many points. */
  async function shown(own: Page, ink: string, other: Page): Promise<number> {
    const points = (await own.locator(`polyline[data-ink=${ink}]`).getAttribute('points')) ?? ''
    await appears(other, `[data-ink=${ink}][points="${points}"]`)
    return points.split(' ').length
  }

  // A straight line has no height, and is hidden for Playwright.
  const appears = (tab: Page, stroke: string) => tab.locator(`polyline${stroke}`).waitFor({ state: 'attached' })

  test('begins with waves, on either page', async () => {
    for (const tab of [byStream, bySession]) await strokes(tab).nth(2).waitFor()
  })

  for (const [ink, from, to] of [
    ['red', 'the event stream', 'the session'],
    ['green', 'the session', 'the event stream'],
  ] as const) {
    test(`what is drawn on the page of ${from} grows on that of ${to} before the pointer is lifted`, async () => {
      const [own, other] = ink === 'red' ? [byStream, bySession] : [bySession, byStream]
      const down = ink === 'red' ? 0.1 : 0.2
      await drag(own, ink, [
        [0.1, down],
        [0.4, down],
      ])
      const begun = await shown(own, ink, other)
      await own.mouse.move(...(await placeOn(own, [0.8, down])), { steps: 8 })
      await own.mouse.up()
      const ended = await shown(own, ink, other)
      assert.ok(2 < begun && begun < ended)
    })
  }

  test('whatever speaks HTTP draws, too', async () => {
    const put = (name: string, body: object) =>
      fetch(`${example.gateway}/api/v1/topics/board/${name}`, { method: 'PUT', body: JSON.stringify(body), headers })
    const headers = { 'content-type': 'application/json' }
    const dot = { ink: 'blue', points: [[800, 800]] }
    assert.deepEqual([(await put('none', {})).status, (await put('dot', dot)).status], [201, 201])
    for (const tab of [byStream, bySession]) await appears(tab, '[data-id=dot][points="800,800 800,800"]')
  })

  test('who comes later sees the whole board', async () => {
    const drawn = await byStream.locator('#board').innerHTML()
    for (const query of ['?read=stream', '?read=websocket']) {
      const later = await example.open(browser, faults, query)
      await strokes(later).nth(5).waitFor({ state: 'attached' })
      assert.equal(await later.locator('#board').innerHTML(), drawn)
      await later.close()
    }
  })

  test('what is rubbed out goes from both, and so does all that is wiped', async () => {
    await drag(bySession, 'Rubber', [
      [0.3, 0.05],
      [0.3, 0.25],
    ])
    await bySession.mouse.up()
    for (const tab of [byStream, bySession]) {
      await tab.locator('polyline[data-ink=red]').waitFor({ state: 'detached' })
      await tab.locator('polyline[data-ink=green]').waitFor({ state: 'detached' })
      assert.equal(await strokes(tab).count(), 4)
    }
    await byStream.locator('#wipe').click()
    for (const tab of [byStream, bySession]) await strokes(tab).first().waitFor({ state: 'detached' })
  })

  test('a stroke that somebody rubs out while it is drawn stays away', async () => {
    await drag(byStream, 'Red', [
      [0.1, 0.5],
      [0.4, 0.5],
    ])
    await shown(byStream, 'red', bySession)
    await drag(bySession, 'Rubber', [
      [0.2, 0.4],
      [0.2, 0.6],
    ])
    await bySession.mouse.up()
    await strokes(byStream).waitFor({ state: 'detached' })
    await byStream.mouse.move(...(await placeOn(byStream, [0.8, 0.5])), { steps: 8 })
    await byStream.mouse.up()
    await drag(byStream, 'Green', [
      [0.1, 0.6],
      [0.4, 0.6],
    ])
    await byStream.mouse.up()
    await shown(byStream, 'green', bySession)
    for (const tab of [byStream, bySession]) assert.equal(await strokes(tab).count(), 1)
  })

  test('Ctrl-C ends it in good order, and the pages go on with a new board when it is back', async () => {
    await drag(byStream, 'Red', [
      [0.1, 0.9],
      [0.2, 0.9],
    ])
    await byStream.mouse.up()
    await appears(bySession, '[data-ink=red]')
    const { code, stderr } = await example.interrupt()
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    for (const tab of [byStream, bySession]) await tab.locator(recovering).waitFor()
    example = await RunningExample.start('whiteboard', example.ports)
    for (const tab of [byStream, bySession]) {
      await tab.locator(live).waitFor()
      await strokes(tab).nth(2).waitFor()
      await tab.locator('polyline[data-ink=red]').waitFor({ state: 'detached' })
    }
  })

  test('has no fault and asks for nothing from elsewhere', () => assert.deepEqual(faults, []))
})
