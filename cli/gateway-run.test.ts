import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import type { Transport, TransportModule } from '../net/index.js'
import { createLog } from '../ops/index.js'
import type { TransportModules } from './config/index.js'
import { loadConfig } from './config/index.js'
import { GatewayRun } from './gateway-run.js'

const silent = { listen: async () => [], close: async () => undefined }
const module = (transport: Transport): TransportModule<unknown> => ({
  parseOptions: () => ({}),
  create: () => transport,
})

suite('cli: gateway run', () => {
  const runs: GatewayRun[] = []
  afterEach(async () => {
    await Promise.all(runs.splice(0).map((run) => run.close()))
  })

  function configured(modules: TransportModules) {
    const loaded = loadConfig({ file: null, environment: {}, set: [] }, modules)
    assert.equal(loaded.kind, 'config')
    return loaded.config
  }

  test('a reload lets every transport read its files again, and the log tells what they cannot use', () => {
    const lines: string[] = []
    let reloads = 0
    const fine = { ...silent, reload: () => [`${reloads++}`].slice(1) }
    const broken = { ...silent, reload: () => ['cert: expected a certificate that holds now; it ended'] }
    const modules = new Map(Object.entries({ fine: module(fine), broken: module(broken), none: module(silent) }))
    const log = createLog('info', { write: (line) => lines.push(line) })
    const run = new GatewayRun(configured(modules), { modules, log, insecure: false })
    runs.push(run)
    run.reload(configured(modules))
    assert.equal(reloads, 1)
    const [{ level, transport, problems, msg } = { level: '', transport: '', problems: [], msg: '' }, ...others] =
      lines.map((line) => JSON.parse(line))
    assert.deepEqual([level, transport, problems], ['error', 'broken', broken.reload()])
    assert.match(msg, /what was there before stays/)
    assert.deepEqual(others, [])
  })
})
