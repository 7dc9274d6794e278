import { posix } from 'node:path'
import { COMPUTED } from './imports-of.ts'

/** The one library of each adapter. */
const drivers: Readonly<Record<string, readonly string[]>> = {
  idb: ['idb'],
  dexie: ['dexie'],
  sqlite: ['better-sqlite3'],
  sql: ['kysely'],
  kurrentdb: ['@kurrent/kurrentdb-client'],
}

const coreEntries = ['src/index.ts', 'src/sync/index.ts']
const isReactFile = (path: string): boolean => path === 'src/react.ts' || path.startsWith('src/react/')

/**
 * Why `file` may not import `specifier`, by the table in the architecture; `undefined` when it may.
 *
 * @param file relative to the top, with forward slashes
 */
export function refusal(file: string, specifier: string): string | undefined {
  if (specifier === COMPUTED) return 'an import must name its module'
  const relative = specifier.startsWith('.')
  const target = relative ? posix.join(posix.dirname(file), specifier) : specifier
  if (file.startsWith('src/')) return refusedInCore(file, target, relative)
  if (file.startsWith('adapters/')) return refusedInAdapter(file, target, relative)
  if (file.startsWith('sync-server/')) return refusedInServer(file, target, relative)
  if (file.startsWith('demo-web/')) return refusedInDemo(target, relative)
  return `no rule for ${file}`
}

function refusedInCore(file: string, target: string, relative: boolean): string | undefined {
  if (!relative) return isReactFile(file) && target === 'react' ? undefined : 'src imports no library, no host and no public name'
  if (!target.startsWith('src/')) return 'src imports only src'
  if (isReactFile(target) && !isReactFile(file)) return 'nothing in src imports the React entry'
  const inSync = target.startsWith('src/sync/')
  const mayUseSync = file.startsWith('src/sync/') || file === 'src/testing.ts' || isReactFile(file)
  return inSync && !mayUseSync ? 'outside src/sync only src/testing.ts and the React entry import it' : undefined
}

function refusedInAdapter(file: string, target: string, relative: boolean): string | undefined {
  const name = file.split('/')[1] ?? ''
  if (relative) {
    if (target.startsWith(`adapters/${name}/`) || coreEntries.includes(target)) return undefined
    return "an adapter imports its own files and the core's public entries"
  }
  const library = drivers[name]
  if (library === undefined) return `adapter "${name}" has no library in the rules`
  if (library.includes(target)) return undefined
  return name === 'sqlite' && target.startsWith('node:') ? undefined : `adapter "${name}" imports only ${library.join(', ')}`
}

function refusedInServer(file: string, target: string, relative: boolean): string | undefined {
  if (!relative) {
    return target === 'ws' || target.startsWith('node:') ? undefined : 'the sync server imports node: and ws, nothing else'
  }
  if (target.startsWith('adapters/')) {
    return file === 'sync-server/main.ts' ? undefined : 'only sync-server/main.ts chooses a store'
  }
  if (isReactFile(target)) return 'the sync server has no use for React'
  return target.startsWith('sync-server/') || target.startsWith('src/')
    ? undefined
    : 'the sync server imports the core and itself'
}

function refusedInDemo(target: string, relative: boolean): string | undefined {
  if (relative) return target.startsWith('demo-web/') ? undefined : 'the demo imports the library by its public name'
  return target.startsWith('node:') || target.startsWith('/') ? 'the demo runs in a browser' : undefined
}
