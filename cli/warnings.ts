import { readFileSync } from 'node:fs'
import { isSystemError } from './failure.js'

const lowWaterFile = '/proc/sys/net/ipv4/tcp_notsent_lowat'
const lowWaterBytesMax = 16_384

/**
 * What the machine does to readers that stall on links without credit of their own (MQTT at QoS 0, SSE): by default the
 * kernel takes megabytes before a socket shows it. docs/ARCHITECTURE.md "A stalled reader is invisible to the socket".
 */
export function machineWarnings(file: string = lowWaterFile): string[] {
  const bytes = readNumber(file)
  if (bytes === null || bytes <= lowWaterBytesMax) return []
  const shown = bytes === 2 ** 32 - 1 ? 'unlimited' : `${bytes} bytes`
  return [
    `net.ipv4.tcp_notsent_lowat is ${shown}: a reader that stalls is noticed late; sysctl -w net.ipv4.tcp_notsent_lowat=${lowWaterBytesMax}`,
  ]
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
