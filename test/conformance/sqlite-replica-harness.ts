import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenHarness } from './registry.ts'
import { sqliteReplica } from '../../adapters/sqlite/index.ts'
import { faultyDriver, sqliteError } from '../sqlite/faulty-driver.ts'

/** Replicas over SQLite files that never met an authority: a complete store each. */
export async function sqliteReplicaHarness(): Promise<OpenHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-sqlite-replica-'))
  const failing = new Set<string>()
  const driver = (name: string): ReturnType<typeof faultyDriver> =>
    faultyDriver({
      before: (sql) => {
        if (failing.has(name) && sql.startsWith('REPLACE INTO')) throw sqliteError('SQLITE_FULL')
      },
    })
  const fileOf = (name: string): string => join(folder, `${name}.db`)
  return {
    harness: {
      name: 'sqlite replica',
      capabilities: { multiStream: true, idScope: 'stream', durable: true, maxBatch: 100 },
      reopens: true,
      twoConnections: true,
      open: (name) => Promise.resolve(sqliteReplica({ file: fileOf(name), driver: driver(name), pollIntervalMs: 5 })),
      failWrites: (name) => {
        failing.add(name)
        return () => failing.delete(name)
      },
      destroy: async (name) => {
        for (const suffix of ['', '-wal', '-shm']) await rm(fileOf(name) + suffix, { force: true })
      },
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
