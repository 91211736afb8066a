import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where Debian puts programs that only an administrator's PATH names. */
const administratorsFolders = ['/usr/sbin', '/usr/local/sbin']

/** The path of an installed program; fails with the package that brings it. */
export function installed(program: string, debianPackage: string): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...administratorsFolders]
  const path = folders.map((folder) => join(folder, program)).find(existsSync)
  if (path === undefined) throw new Error(`${program} is not installed (apt-get install ${debianPackage})`)
  return path
}

/** Ports of the loopback that nobody has, for programs that cannot pick one. Somebody may take one before they do. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(servers.map(listenAnywhere))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

function listenAnywhere(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address !== null && typeof address === 'object') resolve(address.port)
    })
  })
}

/** Waits until somebody takes connections there; false if nobody does in time. */
export async function isListening(port: number, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs
  while (!(await takesConnection(port))) {
    if (performance.now() >= end) return false
    await sleep(20)
  }
  return true
}

function takesConnection(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

/** A folder of its own for a program's files; `remove` takes it away with everything in it. */
export interface OwnFolder {
  readonly path: string
  remove(): void
}

/** Folders that are there; none outlives the harness. */
const present = new Set<string>()
process.on('exit', () => {
  for (const path of present) rmSync(path, { recursive: true, force: true })
})

export function ownFolder(name: string): OwnFolder {
  const parent = join(tmpdir(), 'rivulet-bench')
  mkdirSync(parent, { recursive: true })
  const path = mkdtempSync(join(parent, `${name}-`))
  present.add(path)
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true })
      present.delete(path)
    },
  }
}
