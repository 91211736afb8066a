/** 1: the operation failed. 2: wrong usage or configuration. */
export type ExitCode = 1 | 2

/** Ends a command with an exit code and one line, or a line for each of several faults, saying what to do next. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** Whether an error is one of the system's, such as EADDRINUSE, and of these codes. */
export function isSystemError(error: unknown, ...codes: readonly string[]): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}
