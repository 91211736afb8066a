import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { collect } from './program-gateway.js'

const selectorHelp = `
Selectors: fx/eurusd one topic; fx/+ one level; fx/# fx and all below; fx/{eurusd,gbpusd} either; fx/~"eur.*" by regular
expression. Quote them, since a shell has its own ideas of #, {} and ~.`

const valueTypes = ['json', 'string', 'int64', 'double', 'binary']

/** Adds what talks to a running gateway. */
export function addClientCommands(program: Command): void {
  addPublish(program)
  addSubscribe(program)
  addFetch(program)
  addTopics(program)
  addSessions(program)
}

/** A command with the options that say which gateway, and as whom. */
function client(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .addOption(new Option('--url <url>', 'the gateway').default('ws://127.0.0.1:8080/ws').env('RIVULET_URL'))
    .addOption(new Option('--user <name>', 'sign in as this user; default: nobody').env('RIVULET_USER'))
    .addOption(
      new Option('--password <text>', 'its password; better in the variable, which `ps` does not show').env(
        'RIVULET_PASSWORD',
      ),
    )
    .addOption(new Option('--token <text>', 'sign in with a token instead').env('RIVULET_TOKEN'))
}

function addPublish(program: Command): void {
  client(program, 'publish', 'give a topic a new value; the first one creates it')
    .argument('<path>', 'the topic, such as fx/eurusd')
    .argument('[value]', 'the value; - reads one a line from standard input')
    .addOption(
      new Option('--type <type>', 'how to read the value; default: json if it is, else string').choices(valueTypes),
    )
    .option(
      '--create <key=value>',
      'a property for a topic that this creates, such as delivery=all; repeatable',
      collect,
      [],
    )
    .addHelpText('after', propertiesHelp)
    .addHelpText(
      'after',
      '\nbinary values are given in base64. Exits 1 if the gateway refused a value or a line was refused, 2 if the one value is not of its type.',
    )
    .action(async (path, value, options) => (await import('./commands/publish.js')).publish(path, value, options))
}

const propertiesHelp = `
Properties: type=json|string|int64|double|binary, delivery=latest|all, keep=true|false, deltas=true|false, priority=0..3,
owner=NAME, history.count=N, history.age=1h (0s: keep nothing that is not owed), history.bytes=N, removal.after=1h,
removal.idleFor=1h, removal.unsubscribedFor=1h, removal.withSession=true|false, persist=true|false (true: written to the gateway's data.dir).`

function addSubscribe(program: Command): void {
  client(program, 'subscribe', 'print current values, then every change, one a line, until Ctrl-C')
    .argument('<selector...>', 'which topics')
    .option('--json', 'print {"path","type","value","version","snapshot"} instead of path and value', false)
    .option('--rate <rate>', 'updates of one topic at most, such as 2/s or 1/10s; default: as they come')
    .option('--count <number>', 'end after this many lines; default: never', positive)
    .option('--no-snapshot', 'leave out the current values: changes only')
    .addHelpText('after', selectorHelp)
    .action(async (selectors, options) => (await import('./commands/subscribe.js')).subscribe(selectors, options))
}

function addFetch(program: Command): void {
  client(program, 'fetch', 'print current values, one a line, and end')
    .argument('<selector...>', 'which topics')
    .option('--json', 'print {"path","type","value","version","snapshot"} instead of path and value', false)
    .addHelpText('after', selectorHelp)
    .action(async (selectors, options) => (await import('./commands/fetch.js')).fetch(selectors, options))
}

function addTopics(program: Command): void {
  const topics = program.command('topics').description('list, show, create and remove topics')
  client(topics, 'list', 'print paths, types and properties that differ from the defaults')
    .argument('[selector]', 'which topics', '#')
    .option('--json', 'print one JSON object a line', false)
    .action(async (selector, options) => (await import('./commands/topics.js')).list(selector, options))
  client(topics, 'show', 'print everything about one topic, as JSON')
    .argument('<path>', 'the topic')
    .action(async (path, options) => (await import('./commands/topics.js')).show(path, options))
  client(topics, 'create', 'create a topic without a value')
    .argument('<path>', 'the topic')
    .argument('[key=value...]', 'its properties')
    .addHelpText('after', propertiesHelp)
    .action(async (path, properties, options) =>
      (await import('./commands/topics.js')).create(path, properties, options),
    )
  client(topics, 'remove', 'remove all topics that a selector matches')
    .argument('<selector>', 'which topics')
    .addHelpText('after', selectorHelp)
    .action(async (selector, options) => (await import('./commands/topics.js')).remove(selector, options))
}

function addSessions(program: Command): void {
  const sessions = program.command('sessions').description('list, show and end sessions')
  client(sessions, 'list', 'print the sessions of the gateway')
    .option('--json', 'print one JSON object a line', false)
    .action(async (options) => (await import('./commands/sessions.js')).list(options))
  client(
    sessions,
    'show',
    'answer "why did I not get this?": link, room, owed, oldest owed, queued, dropped, gaps; as JSON',
  )
    .argument('<id>', 'the session, as listed')
    .action(async (id, options) => (await import('./commands/sessions.js')).show(id, options))
  client(sessions, 'remove', 'end a session and close its link')
    .argument('<id>', 'the session, as listed')
    .action(async (id, options) => (await import('./commands/sessions.js')).remove(id, options))
}

function positive(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number above 0')
}
