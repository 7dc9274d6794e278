import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenHarness } from './registry.ts'
import { sqliteStore } from '../../adapters/sqlite/index.ts'
import { faultyDriver, sqliteError } from '../sqlite/faulty-driver.ts'

/** SQLite files in a folder of their own. */
export async function sqliteHarness(): Promise<OpenHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-sqlite-'))
  const failing = new Set<string>()
  const fileOf = (name: string): string => join(folder, `${name}.db`)
  const driver = (name: string): ReturnType<typeof faultyDriver> =>
    faultyDriver({
      before: (sql) => {
        if (failing.has(name) && sql.startsWith('INSERT INTO headwater_events')) throw sqliteError('SQLITE_FULL')
      },
    })
  return {
    harness: {
      name: 'sqlite',
      capabilities: { multiStream: true, idScope: 'store', durable: true },
      reopens: true,
      twoConnections: true,
      open: async (name) => sqliteStore({ file: fileOf(name), driver: driver(name), pollIntervalMs: 5 }),
      destroy: async (name) => {
        for (const suffix of ['', '-wal', '-shm']) await rm(fileOf(name) + suffix, { force: true })
      },
      failWrites: (name) => {
        failing.add(name)
        return () => failing.delete(name)
      },
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
