import type { Command } from 'commander'

const configHelp = `
Settings come from the file, then from variables such as RIVULET_HTTP__PORT=8090, then from --set; later ones win.
Without any, the gateway listens for everybody on this machine. SIGTERM drains and exits 0; SIGHUP reads the settings again.

  127.0.0.1:8080   /ws       WebSocket: the client of 'rivulet/client' and these commands
                   /sse      event streams: curl -N 'http://127.0.0.1:8080/sse?topic=fx/%23'
                   /api/v1/  the HTTP API, with its description: curl http://127.0.0.1:8080/api/v1/topics/fx/eurusd
                   /mqtt     MQTT over WebSocket
  127.0.0.1:1883             MQTT
  127.0.0.1:9464             operations: /healthz, /readyz, /metrics`

/** Adds what runs a gateway or looks at its configuration. */
export function addGatewayCommands(program: Command): void {
  addServe(program)
  addCheck(program)
  addDemo(program)
}

function addServe(program: Command): void {
  program
    .command('serve')
    .description('run a gateway')
    .option('--config <file>', 'settings in YAML; default: none, the embedded defaults hold')
    .option('--set <key=value>', 'one setting, such as http.port=8090; repeatable', collect, [])
    .option('--insecure', 'listen beyond loopback although nobody has to sign in', false)
    .addHelpText('after', configHelp)
    .action(async (options) => (await import('./commands/serve.js')).serve(options))
}

function addCheck(program: Command): void {
  program
    .command('check')
    .description('say everything for which `serve` would refuse a configuration, with line and column')
    .argument('<file>', 'settings in YAML')
    .option('--set <key=value>', 'as `serve` would be given; repeatable', collect, [])
    .option('--insecure', 'as `serve` would be given', false)
    .addHelpText('after', '\nExits 0 and prints "FILE: ok", or 2 and one line for each fault. Warnings change nothing.')
    .action(async (file, options) => (await import('./commands/check.js')).check(file, options))
}

function addDemo(program: Command): void {
  program
    .command('demo')
    .description('run a gateway with live data and a page to look at')
    .option('--set <key=value>', 'as for `serve`; repeatable', collect, [])
    .addHelpText('after', '\nWhere a usual port is taken, a free one is chosen and printed. Ctrl-C ends it.')
    .action(async (options) => (await import('./commands/demo.js')).demo(options))
}

/** An option that may be given more than once. */
export function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value]
}
