import { destination, pino } from 'pino'

/** From which weight on lines are written. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** All levels, lightest first. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const satisfies LogLevel[]

/** The gateway's own log: JSON, one event a line, with what a machine needs as members and a sentence as `msg`. */
export interface Log {
  level: LogLevel
  debug(fields: object, text: string): void
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

/** Members that are never written out, at the top and one level down. */
const secrets = ['password', 'token', 'authorization', 'cookie', 'key', 'secret']

/** A log to stderr, or to whatever takes lines. Lines are written at once: the last before a crash matter most. */
export function createLog(
  level: LogLevel,
  sink: { write(line: string): void } = destination({ fd: 2, sync: true }),
): Log {
  const log = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '(secret)' },
    },
    sink,
  )
  return {
    get level() {
      return levelOf(log.level)
    },
    set level(to) {
      log.level = to
    },
    debug: (fields, text) => log.debug(fields, text),
    info: (fields, text) => log.info(fields, text),
    warn: (fields, text) => log.warn(fields, text),
    error: (fields, text) => log.error(fields, text),
  }
}

function levelOf(name: string): LogLevel {
  return logLevels.find((level) => level === name) ?? 'info'
}
