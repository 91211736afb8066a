import { existsSync, readdirSync } from 'node:fs'
import type { TransportModule } from '../net/index.js'
import type { TransportModules } from './config/index.js'

const folder = new URL('../transports/', import.meta.url)

/** Loads every transport there is: one for each folder under `transports/` that has a door. There is no list of them anywhere. */
export async function loadTransports(): Promise<TransportModules> {
  const modules = await Promise.all(transportNames().map(async (name) => [name, await loadTransport(name)] as const))
  return new Map(modules)
}

function transportNames(): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  // Compiled when installed, as it was written when run from a checkout without a build.
  const hasDoor = (name: string) =>
    ['index.js', 'index.ts'].some((door) => existsSync(new URL(`${name}/${door}`, folder)))
  return entries.map(({ name }) => name).filter(hasDoor)
}

async function loadTransport(name: string): Promise<TransportModule<unknown>> {
  const door: unknown = await import(new URL(`${name}/index.js`, folder).href)
  if (isDoor(door)) return door.transport
  throw new Error(`transports/${name}/index.js does not export a transport`)
}

function isDoor(door: unknown): door is { readonly transport: TransportModule<unknown> } {
  return typeof door === 'object' && door !== null && 'transport' in door
}
