import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { compileLink } from './compile.js'
import { LineProcess } from './line-process.js'

/** Names and addresses of the two ends; the network exists only between the two namespaces. */
const spaces = { gateway: 'rivulet-bench-gateway', mobile: 'rivulet-bench-mobile' } as const
const device = 'link0'
const network = '10.77.0'
export const gatewayAddress = `${network}.1`

/** What the link is like. */
export interface LinkState {
  readonly kbits: number
  /** ms. */
  readonly rtt: number
  /** Share of packets, lost in bursts. */
  readonly loss: number
}

/** Why there can be no such link here; empty if there can. */
export function whyNoBadLink(): string {
  if (process.getuid?.() !== 0) return 'needs root for network namespaces'
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
    ip('netns', 'list')
    return ''
  } catch (error) {
    return `needs TUN devices and the command ip (apt-get install iproute2): ${String(error)}`
  }
}

/** A phone's link to the gateway: two network namespaces with a program in between that is slow, late and loses packets. */
export class BadLink {
  private mobileHost = 2

  private constructor(private readonly emulator: LineProcess) {}

  static async start(seed: number): Promise<BadLink> {
    removeSpaces()
    addSpace(spaces.gateway, gatewayAddress)
    addSpace(spaces.mobile, `${network}.2`)
    const { gateway, mobile } = spaces
    const emulator = LineProcess.start('link', [compileLink(), gateway, device, mobile, device, String(seed)])
    await emulator.nextLine(10_000)
    return new BadLink(emulator)
  }

  /** Puts a command into the namespace of one end. */
  inside(end: keyof typeof spaces): readonly string[] {
    return ['ip', 'netns', 'exec', spaces[end]]
  }

  async set({ kbits, rtt, loss }: LinkState): Promise<void> {
    await this.command(`set up=1 kbits=${kbits} rtt=${rtt} loss=${loss}`)
  }

  async down(): Promise<void> {
    await this.command('set up=0')
  }

  /** The phone comes back with another address. */
  readdress(): void {
    ip('-n', spaces.mobile, 'addr', 'flush', 'dev', device)
    this.mobileHost++
    ip('-n', spaces.mobile, 'addr', 'add', `${network}.${this.mobileHost}/24`, 'dev', device)
  }

  async remove(): Promise<void> {
    await this.emulator.kill()
    removeSpaces()
  }

  private async command(line: string): Promise<void> {
    this.emulator.write(line)
    await this.emulator.nextLine(5_000)
  }
}

function addSpace(space: string, address: string): void {
  ip('netns', 'add', space)
  ip('-n', space, 'link', 'set', 'lo', 'up')
  ip('-n', space, 'tuntap', 'add', 'dev', device, 'mode', 'tun')
  ip('-n', space, 'addr', 'add', `${address}/24`, 'dev', device)
  ip('-n', space, 'link', 'set', device, 'up', 'mtu', '1400')
}

/** Also what an earlier run left behind that was killed. */
function removeSpaces(): void {
  const present = ip('netns', 'list')
  for (const space of Object.values(spaces)) if (present.includes(space)) ip('netns', 'del', space)
}

function ip(...options: readonly string[]): string {
  return execFileSync('ip', options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
