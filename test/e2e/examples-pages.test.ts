/** The examples that have a page, as a visitor meets them: started by the command of their README, looked at with a browser. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'mocha'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { builtCommand } from '../support/docs/workspace.js'
import { needsPeer } from '../support/peers.js'
import { freePorts, live, RunningExample, recovering } from '../support/running-example.js'

suite('examples with a page', function () {
  this.timeout(60_000)
  let browser: Browser

  before(async function () {
    needsPeer(this, 'rivulet', 'is what the examples embed', builtCommand)
    const executablePath = needsPeer(this, 'chromium', 'shows the pages of the examples')
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  })
  after(() => browser?.close())

  suite('trading-screen', () => {
    let example: RunningExample
    let tab: Page
    const faults: string[] = []

    before(async () => {
      example = await RunningExample.start('trading-screen', freePorts)
      tab = await example.open(browser, faults)
    })
    after(() => example?.kill())

    const settles = (selector: string, pattern: RegExp) => tab.locator(selector, { hasText: pattern }).waitFor()

    test('shows quotes that move', async () => {
      await tab.locator(live).waitFor()
      await settles('#shown', /^220 of 220$/)
      await tab.locator('td[data-moved=up]').first().waitFor()
      await tab.locator('td[data-moved=down]').first().waitFor()
    })

    test('the rate thins what is received', async () => {
      await settles('#updates', /^([4-9]\d\d|\d,\d{3})$/)
      await tab.locator('#rate label', { hasText: '1/s' }).click()
      await settles('#updates', /^([1-9]\d|[12]\d\d)$/)
    })

    test('filters and sorts', async () => {
      await tab.locator('#filter').fill('quarry')
      await settles('#shown', /^11 of 220$/)
      await tab.locator('[data-sort=symbol]').click()
      await tab.locator('[aria-sort=descending]').waitFor()
      await settles('#watch-list tbody tr:first-child', /Quarry Motors/)
    })

    test('an instrument that is chosen shows its trades, also those of before', async () => {
      await tab.locator('#filter').fill('')
      await settles('#shown', /^220 of 220$/)
      await tab.locator('[data-sort=volume]').click()
      const busiest = await tab.locator('#watch-list tbody tr:first-child th').innerText()
      await tab.locator('#watch-list th', { hasText: busiest }).click()
      await settles('#symbol', new RegExp(`^${busiest}$`))
      await tab.locator('#tape tbody tr').nth(5).waitFor()
    })

    test('Ctrl-C ends it in good order, and the page goes on when it is back', async () => {
      const { code, stderr } = await example.interrupt()
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      await tab.locator(recovering).waitFor()
      example = await RunningExample.start('trading-screen', example.ports)
      await tab.locator(live).waitFor()
      const bid = await tab.locator('#bid').innerText()
      await tab.locator('#bid', { hasNotText: bid }).waitFor()
    })

    test('has no fault and asks for nothing from elsewhere', () => assert.deepEqual(faults, []))
  })

  suite('match-centre', () => {
    let example: RunningExample
    let tab: Page
    const faults: string[] = []

    before(async () => {
      example = await RunningExample.start('match-centre', freePorts, ['--match-seconds', '6'])
      tab = await example.open(browser, faults)
      await tab.setViewportSize({ width: 390, height: 800 })
    })
    after(() => example?.kill())

    test('shows what is played', async () => {
      await tab.locator(live).waitFor()
      await tab.locator('#matches li').nth(5).waitFor()
    })

    test('a match that is chosen tells its story from the kick-off', async () => {
      await tab.locator('#matches a').nth(2).click()
      await tab.locator('#commentary li:last-child', { hasText: 'Kick-off' }).waitFor()
      const lines = await tab.locator('#commentary li').count()
      await tab.locator('#commentary li').nth(lines).waitFor()
      assert.match(await tab.locator('#score').innerText(), /^\d+ : \d+$/)
    })

    test('a match that is over leaves the list, and its story stays as long as it is read', async () => {
      const ended = new URL(tab.url()).hash
      await tab.locator('#time', { hasText: 'This match is over.' }).waitFor()
      await tab.locator('#commentary li:first-child', { hasText: 'The match is over.' }).waitFor()
      await tab.locator('.back a').click()
      await tab.locator('#matches li').nth(5).waitFor()
      assert.equal(await tab.locator(`#matches a[href='${ended}']`).count(), 0)
    })

    test('Ctrl-C ends it in good order', async () => {
      const { code, stderr } = await example.interrupt()
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      await tab.locator(recovering).waitFor()
    })

    test('has no fault and asks for nothing from elsewhere', () => assert.deepEqual(faults, []))
  })

  suite('iot-dashboard', () => {
    let example: RunningExample
    let tab: Page
    const faults: string[] = []

    before(async () => {
      example = await RunningExample.start('iot-dashboard', freePorts, ['--mqtt-port', '0'])
      tab = await example.open(browser, faults)
    })
    after(() => example?.kill())

    const machine = (id: string) => tab.locator(`[data-id=${id}]`)
    const settles = (selector: string, pattern: RegExp) => tab.locator(selector, { hasText: pattern }).waitFor()

    /** As a user moves it: to its end. */
    const setToHighest = (id: string) => machine(id).locator('[name=setpoint]').press('End')

    test('shows what the devices say', async () => {
      await tab.locator(live).waitFor()
      await settles('#online', /^6 of 6$/)
      await settles('[data-id=furnace] .temperature b', /^7\d\d\.\d$/)
      const power = await machine('furnace').locator('.power').innerText()
      await machine('furnace').locator('.power', { hasNotText: power }).waitFor()
    })

    test('a set point from the page reaches the device, and the alarm that follows is shown', async () => {
      await setToHighest('oven')
      await machine('oven').and(tab.locator('[data-alarm~=temperature]')).waitFor()
      await settles('#alarms [data-id=oven][data-raised=true] span', /^temperature 20\d.* °C, limit 200$/)
    })

    test('a page that is opened later shows the alarms and temperatures of before', async () => {
      const later = await example.open(browser, faults)
      await later.locator('#alarms [data-id=oven] span', { hasText: 'temperature' }).waitFor()
      await later.locator('[data-id=oven][data-alarm~=temperature]').waitFor()
      await later.locator('[data-id=oven] polyline[points*=" "]').waitFor()
      await later.close()
    })

    test('a machine that is switched off cools down', async () => {
      await machine('lathe').locator('[name=running]').uncheck()
      await settles('[data-id=lathe] .power', /^0\.0$/)
      await settles('[data-id=lathe] .temperature b', /^3\d\.\d$/)
    })

    test('a device whose cable is pulled is offline by its will, and does later what it is told meanwhile', async () => {
      await machine('mill').locator('.cable').click()
      await tab.locator('article[data-id=mill][data-status=offline]').waitFor()
      await settles('#online', /^5 of 6$/)
      await setToHighest('mill')
      await settles('[data-id=mill] .waiting', /^waits until the machine is back…$/)
      await tab.locator('article[data-id=mill][data-status=online]').waitFor()
      await settles('[data-id=mill] .waiting', /^$/)
      await settles('[data-id=mill] .set-point output', /^80 °C$/)
    })

    for (const width of [360, 1400]) {
      test(`fits into ${width} pixels`, async () => {
        await tab.setViewportSize({ width, height: 800 })
        assert.equal(await tab.evaluate('document.documentElement.scrollWidth'), width)
      })
    }

    test('Ctrl-C ends it in good order, and the page goes on when it is back', async () => {
      const { code, stderr } = await example.interrupt()
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      await tab.locator(recovering).waitFor()
      example = await RunningExample.start('iot-dashboard', example.ports, ['--mqtt-port', '0'])
      await tab.locator(live).waitFor()
      const power = await machine('furnace').locator('.power').innerText()
      await machine('furnace').locator('.power', { hasNotText: power }).waitFor()
    })

    test('has no fault and asks for nothing from elsewhere', () => assert.deepEqual(faults, []))
  })
})
