import type { CommanderError } from 'commander'
import { Command } from 'commander'
import { Failure } from './failure.js'
import { addClientCommands } from './program-clients.js'
import { addGatewayCommands } from './program-gateway.js'

/** The whole command line. What a command does is imported when it is called, so that `--help` and errors come at once. */
export function makeProgram(version: string): Command {
  const program = new Command('rivulet')
    .description('An edge gateway: live topics to each reader at the rate its link can carry.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', closing)
  addGatewayCommands(program)
  addClientCommands(program)
  endInOneLine(program, 'rivulet')
  return program
}

const closing = `
Exit codes: 0 done, 1 the operation failed, 2 wrong usage or configuration.
Variables: RIVULET_URL, RIVULET_USER, RIVULET_PASSWORD and RIVULET_TOKEN stand for the options of client commands;
RIVULET_HTTP__PORT=8090 and the like for the settings of \`serve\` (two underscores between levels); NO_COLOR turns colour off.

First steps:
  $ rivulet demo                                  a gateway with live data and a page to look at
  $ rivulet serve                                 a gateway on 127.0.0.1:8080
  $ rivulet subscribe 'fx/#'                      each update on a line, until Ctrl-C
  $ rivulet publish fx/eurusd '{"bid":1.08}'      from another terminal
Without this command: http://127.0.0.1:8080/api/v1/ describes the HTTP API, and /sse?topic=fx/%23 is an event stream.`

/**
 * The arguments, without the wish for help about a command that is not there: commander would print the help of what stands
 * above it, as if all were well, and so it says that the command is unknown.
 */
export function withoutVainHelp(program: Command, args: readonly string[]): string[] {
  const [first, ...rest] = args
  const names = first === 'help' ? rest : args
  let command = program
  for (const name of names) {
    if (command.commands.length === 0 || name.startsWith('-')) return [...args]
    const next = command.commands.find((inner) => inner.name() === name)
    if (next === undefined && name !== 'help') return names.filter((arg) => arg !== '--help' && arg !== '-h')
    if (next === undefined) return [...args]
    command = next
  }
  return [...args]
}

/** Help and version end well; everything else that commander ends is wrong usage, told in one line. */
function endInOneLine(command: Command, name: string): void {
  command.exitOverride((error: CommanderError): never => {
    // Without a command there is nothing wrong to be told: the help was printed.
    if (error.exitCode === 0 || error.code === 'commander.help') throw error
    const what = error.message.replace(/^error: /, '').replaceAll('\n', ' ')
    throw new Failure(2, `rivulet: ${what}; see \`${name} --help\``)
  })
  for (const inner of command.commands) endInOneLine(inner, `${name} ${inner.name()}`)
}
