import { isIP } from 'node:net'
import { dirname, resolve } from 'node:path'
import type { AccessSettings } from '../../auth/index.js'
import type { Limits, TopicRule } from '../../core/index.js'
import type { HttpOptions, TransportModule } from '../../net/index.js'
import { isLoopback, parseHttpOptions } from '../../net/index.js'
import type { LogLevel } from '../../ops/index.js'
import { readEnvironment } from './environment-layer.js'
import type { SecretSources } from './fields.js'
import { readFileLayer } from './file-layer.js'
import type { Layer, Tree } from './layer.js'
import { emptyLayer, overlay } from './layer.js'
import { nearest } from './nearest.js'
import type { OwnedSection } from './owned-sections.js'
import { keysOf, readSection, valueAt } from './owned-sections.js'
import type { Problem } from './problem.js'
import { unknownKey, wrongValue } from './problem.js'
import type { Settings } from './schema.js'
import { configSchema } from './schema.js'
import { keysAt } from './schema-names.js'
import { schemaProblems } from './schema-problems.js'
import { readSetOptions } from './set-layer.js'

/** Where settings come from; later members win. */
export interface ConfigSources {
  readonly file: string | null
  /** What the program that starts the gateway says, with the keys of a file. */
  readonly program?: Tree
  readonly environment: Readonly<Record<string, string | undefined>>
  /** `key=value` of the command line. */
  readonly set: readonly string[]
}

/** The transports there are, by the name of their folder. */
export type TransportModules = ReadonlyMap<string, TransportModule<unknown>>

/** Where a gateway keeps what is to outlive it, and how surely. */
export interface DataSettings {
  /** Null: nothing outlives the process. */
  readonly dir: string | null
  /** `always`: a publish is accepted once it is on the disk; `interval`: the disk has it within `syncMs`. */
  readonly commit: 'interval' | 'always'
  readonly syncMs: number
}

/** Everything a gateway is told before it starts. */
export interface GatewayConfig {
  readonly http: HttpOptions
  /** `systemTopicsMs`: how often `$SYS` is told; 0: never. */
  readonly ops: { readonly host: string; readonly port: number; readonly systemTopicsMs: number }
  readonly logLevel: LogLevel
  readonly data: DataSettings
  /** Those that differ from core's own. */
  readonly limits: Partial<Limits>
  readonly rules: readonly TopicRule[]
  readonly access: AccessSettings
  /** Options by the transport's name. */
  readonly transports: ReadonlyMap<string, unknown>
  /** The merged settings as they were written, by which a reload sees what changed. */
  readonly written: Tree
}

/** What loading gives: a configuration, or everything that is wrong with it. */
export type LoadedConfig =
  | { readonly kind: 'config'; readonly config: GatewayConfig }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }

/** Reads all sources, lays them over another, and checks the result as a whole: all that is wrong is told at once. */
export function loadConfig(sources: ConfigSources, modules: TransportModules): LoadedConfig {
  const secrets = secretSources(sources)
  const schema = configSchema(secrets)
  const owned = ownedSections(modules, secrets.folder)
  const read = readLayers(sources, (path) => knownKeys(schema, owned, path))
  const { layer } = read
  const parsed = schema.safeParse(layer.tree, { reportInput: true })
  const sections = readOwned(layer, owned)
  const problems = [
    ...read.problems,
    ...(parsed.success ? [] : schemaProblems(schema, layer, parsed.error.issues)),
    ...unknownTransports(layer, modules),
    ...sections.problems,
  ]
  if (problems.length > 0 || !parsed.success || sections.http === null)
    return { kind: 'problems', problems: inOrder(problems) }
  if (isShared(sections.http, parsed.data.ops))
    return { kind: 'problems', problems: [sharedPort(layer, parsed.data.ops)] }
  const from = { written: layer.tree, folder: secrets.folder }
  return { kind: 'config', config: assemble(parsed.data, sections.http, sections.transports, from) }
}

function secretSources({ file, environment }: ConfigSources): SecretSources {
  return { folder: file === null ? process.cwd() : dirname(resolve(file)), environment }
}

type Known = (path: readonly string[]) => readonly string[]

function readLayers(
  { program, file, environment, set }: ConfigSources,
  known: Known,
): { layer: Layer; problems: Problem[] } {
  const layers = [
    file === null ? { layer: emptyLayer, problems: [] } : readFileLayer(file),
    { layer: { tree: program ?? {}, origins: new Map() }, problems: [] },
    readEnvironment(environment, known),
    readSetOptions(set),
  ]
  return {
    layer: layers.map(({ layer }) => layer).reduce(overlay),
    problems: layers.flatMap(({ problems }) => problems),
  }
}

interface OwnedSections {
  readonly http: OwnedSection<HttpOptions>
  readonly transports: ReadonlyMap<string, OwnedSection>
}

function ownedSections(modules: TransportModules, folder: string): OwnedSections {
  const transports = [...modules].map(([name, module]) => {
    const parse = (section: unknown) => module.parseOptions(section, folder)
    return [name, { path: ['transports', name], parse }] as const
  })
  return {
    http: { path: ['http'], parse: (section) => parseHttpOptions(section, folder) },
    transports: new Map(transports),
  }
}

function knownKeys(
  schema: ReturnType<typeof configSchema>,
  owned: OwnedSections,
  path: readonly string[],
): readonly string[] {
  const [first, second] = path
  if (first === 'http' && path.length === 1) return keysOf(owned.http)
  if (first !== 'transports') return keysAt(schema, path)
  const section = second === undefined ? undefined : owned.transports.get(second)
  if (path.length === 1) return [...owned.transports.keys()]
  return section !== undefined && path.length === 2 ? keysOf(section) : []
}

function readOwned(layer: Layer, owned: OwnedSections) {
  const http = readSection(layer, owned.http)
  const transports = [...owned.transports].map(([name, section]) => [name, readSection(layer, section)] as const)
  const options = transports.flatMap(([name, read]) => (read.kind === 'options' ? [[name, read.options] as const] : []))
  const all = [http, ...transports.map(([, read]) => read)]
  return {
    http: http.kind === 'options' ? http.options : null,
    transports: new Map(options),
    problems: all.flatMap((read) => (read.kind === 'problems' ? read.problems : [])),
  }
}

function unknownTransports(layer: Layer, modules: TransportModules): Problem[] {
  const section = valueAt(layer.tree, ['transports'])
  const names = typeof section === 'object' && section !== null ? Object.keys(section) : []
  return names
    .filter((name) => !modules.has(name))
    .map((name) => {
      const meant = nearest(name, modules.keys())
      const hint =
        meant === null ? `transports here: ${[...modules.keys()].join(', ')}` : `did you mean ${JSON.stringify(meant)}?`
      return unknownKey(layer, ['transports', name], hint)
    })
}

/** Each once, since two checks of one value may say the same; and in the order of the lines. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const each = new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()
  return [...each].sort((one, other) => compared(one.where, other.where) || compared(one.path, other.path))
}

function compared(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}

function assemble(
  settings: Settings,
  http: HttpOptions,
  transports: ReadonlyMap<string, unknown>,
  { written, folder }: { readonly written: Tree; readonly folder: string },
): GatewayConfig {
  return {
    http,
    ops: settings.ops,
    logLevel: settings.log.level,
    data: dataOf(settings, folder),
    limits: given(settings.limits),
    rules: settings.topics.rules,
    access: accessOf(settings),
    transports,
    written,
  }
}

/** A relative folder begins beside the configuration file. */
function dataOf({ data: { dir, commit, syncMs } }: Settings, folder: string): DataSettings {
  return { dir: dir === undefined ? null : resolve(folder, dir), commit, syncMs }
}

/** Without `auth` everybody is anonymous; without `permissions` everybody may do everything. */
function accessOf({ auth, permissions }: Settings): AccessSettings {
  const rules = permissions?.rules ?? null
  if (auth === undefined) return { users: [], anonymousRoles: [], rules }
  return { users: auth.users, anonymousRoles: auth.anonymous ? auth.anonymousRoles : null, rules }
}

interface Address {
  readonly host: string
  readonly port: number
}

const everyAddress = ['0.0.0.0', '::']

/** Whether the second of two listeners would find its port taken by the first; 0 takes a free one. */
function isShared(http: Address, ops: Address): boolean {
  const hosts = [http.host, ops.host]
  // What `localhost` means is for the machine to say: the same name, or any address of loopback, may be where it leads.
  const isNamedLoopback = hosts.every(isLoopback) && hosts.some((host) => isIP(host) === 0)
  const isSamePlace = http.host === ops.host || isNamedLoopback || hosts.some((host) => everyAddress.includes(host))
  return http.port !== 0 && http.port === ops.port && isSamePlace
}

function sharedPort(layer: Layer, { port }: Address): Problem {
  return wrongValue(layer, ['ops', 'port'], 'another port than http.port', port)
}

function given<Value>(fields: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
