import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem } from 'node:os'

/** What the figures were taken on, so that nobody compares two machines by mistake. */
export function describeMachine(): string {
  const [first] = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${memory}, Linux ${release()}, Node ${process.versions.node}`
}

/** The commit that was measured; `+` where the checkout has changes of its own outside of bench/. */
export function describeCommit(): string {
  const commit = git('rev-parse', '--short=10', 'HEAD')
  return git('status', '--porcelain', '--', ':!bench') === '' ? commit : `${commit}+`
}

function git(...options: readonly string[]): string {
  return execFileSync('git', options, { encoding: 'utf8' }).trim()
}
