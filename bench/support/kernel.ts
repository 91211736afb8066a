import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from './statistics.js'

/** Memory that a process holds, KiB. */
function residentKb(pid: number): number {
  const [, resident] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')
  return Number(resident) * 4
}

/** Memory that all TCP sockets of this machine hold in the kernel, KiB, in both directions. */
export function tcpMemoryKb(): number {
  const [, pages] = /^TCP:.* mem (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'utf8')) ?? []
  return Number(pages) * 4
}

/** Processor seconds that other guests of the same machine took so far. (proc_stat(5): the eighth number, in hundredths of a second) */
export function stolenSeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  return Number(line.split(/\s+/)[8] ?? 0) / 100
}

/** Where Linux keeps how many bytes a TCP socket may hold that were never sent. (tcp(7), ip-sysctl) */
const notSentFile = '/proc/sys/net/ipv4/tcp_notsent_lowat'

/** Lets a TCP socket of this machine hold no more than so many bytes that were never sent, while `work` runs. Needs root. */
export async function withNotSentAtMost<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
  const before = readFileSync(notSentFile, 'utf8')
  const restore = () => writeFileSync(notSentFile, before)
  writeFileSync(notSentFile, String(bytes))
  // A run that is interrupted must not leave it so for whatever is measured next.
  process.once('exit', restore)
  try {
    return await work()
  } finally {
    process.off('exit', restore)
    restore()
  }
}

/** The middle of many looks at a number that jumps about. */
export async function medianOver(ms: number, look: () => number): Promise<number> {
  const seen: number[] = []
  for (const end = performance.now() + ms; performance.now() < end; ) {
    seen.push(look())
    await sleep(20)
  }
  return median(seen)
}

const stepMs = 500
const calmSteps = 8
const stepsMax = 60

/**
 * A process's memory once it has come to rest, KiB: the least of a time in which it hardly grew or shrank. Garbage is
 * collected when the process likes, so this may take half a minute.
 */
export async function settledKb(pid: number): Promise<number> {
  const seen: number[] = []
  for (let step = 0; step < stepsMax; step++) {
    await sleep(stepMs)
    seen.push(residentKb(pid))
    const latest = seen.slice(-calmSteps)
    const isCalm = latest.length === calmSteps && Math.max(...latest) - Math.min(...latest) < 256
    if (isCalm) break
  }
  return Math.min(...seen.slice(-calmSteps))
}
