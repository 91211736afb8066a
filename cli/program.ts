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
  $ rivulet publish fx/eurusd '{"bid":1.08}'      from another terminal`

/** Help and version end well; everything else that commander ends is wrong usage, told in one line. */
function endInOneLine(command: Command, name: string): void {
  command.exitOverride((error: CommanderError): never => {
    if (error.exitCode === 0) throw error
    const what = error.message.replace(/^error: /, '').replaceAll('\n', ' ')
    throw new Failure(2, `rivulet: ${what}; see \`${name} --help\``)
  })
  for (const inner of command.commands) endInOneLine(inner, `${name} ${inner.name()}`)
}
