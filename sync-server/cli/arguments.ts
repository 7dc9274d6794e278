import { parseArgs } from 'node:util'

/** What `headwater` was asked to do. */
export type Command = { readonly type: 'help' } | { readonly type: 'version' } | ({ readonly type: 'serve' } & ServeSettings)

export interface ServeSettings {
  readonly store: { readonly kind: 'memory' } | { readonly kind: 'sqlite'; readonly file: string }
  /** The store as it was written. */
  readonly storeUrl: string
  readonly port: number
  readonly host: string
  readonly allowOrigins: readonly string[]
  readonly token: string | undefined
}

/** A command line that cannot be followed: its message is one sentence for whoever typed it. */
export class UsageError extends Error {}

export const HELP = `headwater serve: the sync server

  --store URL          sqlite:FILE or memory:            (required)
  --port PORT          0 takes any free port             (default 8787)
  --host HOST          address to listen on              (default 127.0.0.1)
  --allow-origin URL   a web origin that may connect; may be given several times
  --token TOKEN        secret that every client must send; also HEADWATER_TOKEN
  --open               listen beyond this machine without a token

  headwater --help, headwater --version
`

/** Reads a command line; throws {@link UsageError}. */
export function parseCommand(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Command {
  const { values, positionals } = parse(args)
  if (values.help === true) return { type: 'help' }
  if (values.version === true) return { type: 'version' }
  const [command, ...rest] = positionals
  if (command !== 'serve') {
    throw new UsageError(
      command === undefined ? 'a command is missing: try "headwater serve"' : `there is no command "${command}"`,
    )
  }
  if (rest.length > 0) throw new UsageError(`serve takes no argument "${rest.join(' ')}"`)
  const token = values.token ?? (env['HEADWATER_TOKEN'] === '' ? undefined : env['HEADWATER_TOKEN'])
  if (token === '') throw new UsageError('--token: expected a secret, found nothing')
  const host = values.host ?? '127.0.0.1'
  if (!isLoopback(host) && token === undefined && values.open !== true) {
    throw new UsageError(`--host ${host} is reachable from other machines: give a --token, or --open to let everybody in`)
  }
  return {
    type: 'serve',
    ...storeOf(values.store),
    port: portOf(values.port ?? '8787'),
    host,
    allowOrigins: (values['allow-origin'] ?? []).map(originOf),
    token,
  }
}

const CONFIG = {
  allowPositionals: true,
  options: {
    store: { type: 'string' },
    port: { type: 'string' },
    host: { type: 'string' },
    'allow-origin': { type: 'string', multiple: true },
    token: { type: 'string' },
    open: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean' },
  },
} as const

function parse(args: readonly string[]): ReturnType<typeof parseArgs<typeof CONFIG>> {
  try {
    return parseArgs({ ...CONFIG, args: [...args] })
  } catch (error) {
    // Its own message may run over several sentences; the first says which flag.
    throw new UsageError((error as Error).message.split('. ')[0])
  }
}

function storeOf(url: string | undefined): Pick<ServeSettings, 'store' | 'storeUrl'> {
  if (url === undefined) throw new UsageError('--store is missing: sqlite:FILE or memory:')
  if (url === 'memory:') return { store: { kind: 'memory' }, storeUrl: url }
  if (url.startsWith('sqlite:') && url.length > 7) return { store: { kind: 'sqlite', file: url.slice(7) }, storeUrl: url }
  throw new UsageError(`--store: expected sqlite:FILE or memory:, found "${url}"`)
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new UsageError(`--port: expected 0 to 65535, found "${text}"`)
}

function originOf(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text
  throw new UsageError(`--allow-origin: expected an origin like https://app.example.com, found "${text}"`)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}
