import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Context } from 'mocha'
import { within } from '../../support/deadline.js'
import { blocksIn } from '../../support/docs/markdown.js'
import { needsPeer } from '../../support/peers.js'
import { certificateFile } from '../../support/tcp-listener.js'
import { readSource } from '../../support/tidy/source-file.js'
import { freePorts } from '../ports.js'

const document = 'docs/operating/behind-nginx.md'

/** Where Debian puts it, which is on the path of few but root. */
const usualPath = '/usr/sbin/nginx'

/** What a text of the documented configuration is replaced by, for a test. */
export type Changes = Readonly<Record<string, string>>

/** nginx in front of a gateway, with the configuration that the document shows. */
export class Nginx {
  private child: ChildProcess | null = null

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async start(context: Context, gatewayPort: number, changes: Changes = {}): Promise<Nginx> {
    const found = existsSync(usualPath) ? usualPath : undefined
    const program = needsPeer(context, 'nginx', 'stands before the gateway', found)
    const [port = 0] = await freePorts(1)
    const nginx = new Nginx(program, mkdtempSync(join(tmpdir(), 'rivulet-nginx-')), port)
    const own = {
      'listen 443': `listen 127.0.0.1:${port}`,
      '127.0.0.1:8080': `127.0.0.1:${gatewayPort}`,
      '/etc/ssl/certs/live.example.com.pem': certificateFile('server.pem'),
      '/etc/ssl/private/live.example.com.key': certificateFile('server.key'),
    }
    writeFileSync(join(nginx.folder, 'rivulet.conf'), replaced(documented(), { ...own, ...changes }))
    writeFileSync(join(nginx.folder, 'nginx.conf'), surroundings(nginx.folder))
    await nginx.startAgain()
    return nginx
  }

  get origin(): string {
    return `https://127.0.0.1:${this.port}`
  }

  /** Resolves when it listens, which it does before it says what it is. */
  async startAgain(): Promise<void> {
    const options = ['-p', this.folder, '-c', join(this.folder, 'nginx.conf'), '-e', 'stderr']
    const child = spawn(this.program, options, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.child = child
    const said: string[] = []
    const listens = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        said.push(line)
        if (line.includes('nginx/')) resolve()
      })
      child.once('close', () => reject(new Error(`nginx ended: ${said.join('\n')}`)))
    })
    await within('nginx to listen', listens)
  }

  async kill(): Promise<void> {
    const { child } = this
    this.child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true })
  }
}

function documented(): string {
  const block = blocksIn(document, readSource(document).text).find(({ options }) => options.file === 'rivulet.conf')
  if (!block) throw new Error(`${document} shows no rivulet.conf`)
  return block.text
}

function replaced(text: string, changes: Changes): string {
  return Object.entries(changes).reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`${document} no longer says ${from}`)
    return changed.replaceAll(from, to)
  }, text)
}

/** What stands around it on a machine: one process, which writes nowhere but into the folder. */
const surroundings = (folder: string) => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr notice;
events { worker_connections 1000; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((use) => `${use}_temp_path ${folder}/${use};`).join(' ')}
  include ${folder}/rivulet.conf;
}
`
