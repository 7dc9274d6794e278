#!/usr/bin/env node
import type { EventStore } from '../src/store.ts'
import type { ServeSettings } from './cli/arguments.ts'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HELP, parseCommand, UsageError } from './cli/arguments.ts'
import { serve, StartError } from './cli/serve.ts'

// The one place of the sync server that chooses a store.
async function openStore({ store }: ServeSettings): Promise<EventStore> {
  if (store.kind === 'memory') return (await import('../src/memory/memory-store.ts')).memoryStore()
  const { sqliteStore } = await import('../adapters/sqlite/index.ts')
  return sqliteStore({ file: store.file })
}

async function version(): Promise<string> {
  // Two levels up from dist/sync-server, one from the source.
  for (const path of ['../../package.json', '../package.json']) {
    try {
      const text = await readFile(join(import.meta.dirname, path), 'utf8')
      return (JSON.parse(text) as { readonly version: string }).version
    } catch {
      continue
    }
  }
  return 'unknown'
}

async function main(): Promise<number> {
  try {
    const command = parseCommand(process.argv.slice(2), process.env)
    if (command.type === 'help') process.stdout.write(HELP)
    else if (command.type === 'version') console.log(await version())
    else await serve(command, () => openStore(command))
    return 0
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`headwater: ${error.message} (see headwater --help)`)
      return 2
    }
    console.error(error instanceof StartError ? `headwater: ${error.message}` : error)
    return 1
  }
}

process.exitCode = await main()
