import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Context } from 'mocha'
import { skip } from './skip.js'

/** Where a program comes from, for whoever lacks it. */
const sources: Readonly<Record<string, string>> = {
  chromium: 'apt-get install chromium',
  curl: 'apt-get install curl',
  gcc: 'apt-get install gcc',
  mosquitto: 'tools/peers.sh',
  mosquitto_passwd: 'tools/peers.sh',
  mosquitto_pub: 'tools/peers.sh',
  mosquitto_sub: 'tools/peers.sh',
  nginx: 'tools/peers.sh',
  openssl: 'apt-get install openssl',
  'paho-golang': 'tools/peers.sh',
  'python-peers': 'tools/peers.sh',
  stdbuf: 'apt-get install coreutils',
  ip: 'apt-get install iproute2',
  tc: 'apt-get install iproute2',
  unshare: 'apt-get install util-linux',
  rivulet: 'npm run build',
}

/**
 * The path of another program that a test talks to.
 *
 * Without the program the test is skipped with its reason. With REQUIRE_PEERS=1 it fails instead, so that a
 * build machine cannot pass by lacking something. `reason` says what the peer is for: 'renders the demo page'.
 */
export function needsPeer(context: Context, command: string, reason: string, path = findCommand(command)): string {
  if (path !== undefined) return path
  const missing = `needs ${command} (${reason}): ${sources[command] ?? 'not found on PATH'}`
  if (process.env.REQUIRE_PEERS === '1') throw new Error(missing)
  return skip(context, missing)
}

function findCommand(command: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, command)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}
