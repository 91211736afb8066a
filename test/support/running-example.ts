import type { Browser, Page } from 'playwright-core'
import type { Ended } from './rivulet-process.js'
import { RivuletProcess } from './rivulet-process.js'
import { readSource, root } from './tidy/source-file.js'

/** Where a run of an example listens. */
interface Ports {
  readonly gateway: string
  readonly page: string
}

/** A run of one example. */
export class RunningExample {
  private constructor(
    private readonly process: RivuletProcess,
    readonly ports: Ports,
  ) {}

  static async start(name: string, { gateway, page }: Ports, more: readonly string[] = []): Promise<RunningExample> {
    const flags = ['--port', gateway, '--page-port', page, ...more]
    const process = new RivuletProcess(flags, { script: `${root}${scriptOf(name)}` })
    const lines = [process.line(/^Open {2}http:.*:(\d+)\/$/), process.line(/--url ws:.*:(\d+)\/ws$/)]
    const [opened, listens] = await Promise.all([...lines, process.line(/^ready$/)])
    return new RunningExample(process, { gateway: listens?.[1] ?? '', page: opened?.[1] ?? '' })
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.page}/`
  }

  get gateway(): string {
    return `http://127.0.0.1:${this.ports.gateway}`
  }

  /** A tab that collects what is wrong with its page. */
  async open(browser: Browser, faults: string[], query = ''): Promise<Page> {
    const tab = await browser.newPage()
    tab.on('pageerror', (error) => faults.push(error.message))
    // Whatever a page wants from elsewhere would be a fault; that a gateway is away for a while is not.
    const isOwn = (wanted: string) => [this.url, `${this.gateway}/`, 'data:'].some((start) => wanted.startsWith(start))
    tab.on('request', (request) => isOwn(request.url()) || faults.push(request.url()))
    await tab.goto(this.url + query)
    return tab
  }

  interrupt(): Promise<Ended> {
    this.process.signal('SIGINT')
    return this.process.end()
  }

  kill(): Promise<void> {
    return this.process.kill()
  }
}

/** From the one command that the README gives. */
function scriptOf(name: string): string {
  return /^node (\S+)$/m.exec(readSource(`examples/${name}/README.md`).text)?.[1] ?? 'no command'
}

export const freePorts: Ports = { gateway: '0', page: '0' }

/** What each page shows of its connection. */
export const recovering = '#state[data-state=recovering]'
export const live = '#state[data-state=live]'
