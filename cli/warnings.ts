import { readFileSync } from 'node:fs'
import type { AccessSettings } from '../auth/index.js'
import { anonymousName } from '../auth/index.js'
import { isSystemError } from './failure.js'

const lowWaterFile = '/proc/sys/net/ipv4/tcp_notsent_lowat'
const lowWaterBytesMax = 16_384

/**
 * What the machine does to readers that stall on links without credit of their own (MQTT at QoS 0, SSE): by default the
 * kernel takes megabytes before a socket shows it.
 */
export function machineWarnings(file: string = lowWaterFile): string[] {
  const bytes = readNumber(file)
  if (bytes === null || bytes <= lowWaterBytesMax) return []
  const shown = bytes === 2 ** 32 - 1 ? 'unlimited' : `${bytes} bytes`
  return [
    `net.ipv4.tcp_notsent_lowat is ${shown}: a reader that stalls is noticed late; sysctl -w net.ipv4.tcp_notsent_lowat=${lowWaterBytesMax}`,
  ]
}

/** Rules that hold for nobody, since nobody has the name: such a rule is more often a slip than meant. */
export function accessWarnings({ users, rules }: AccessSettings): string[] {
  const known = new Set([anonymousName, ...users.map(({ name }) => name)])
  return (rules ?? []).flatMap((rule, index) =>
    (rule.users ?? [])
      .filter((name) => !known.has(name))
      .map(
        (name) => `permissions.rules[${index}] names the user ${JSON.stringify(name)}, whom auth.users does not have`,
      ),
  )
}

/** Null on machines that have no such file. */
function readNumber(file: string): number | null {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10)
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'EACCES', 'ENOTDIR')) return null
    throw error
  }
}
