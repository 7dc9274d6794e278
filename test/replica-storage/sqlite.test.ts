import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { sqliteStorage } from '../../adapters/sqlite/replica-storage.ts'
import { runSuite } from './run-suite.ts'

const folder = mkdtempSync(join(tmpdir(), 'headwater-storage-'))
afterAll(() => rmSync(folder, { recursive: true }))

runSuite({
  name: 'sqlite',
  persistent: true,
  open: async (name) => sqliteStorage({ file: join(folder, `${name}.db`), pollIntervalMs: 5 }),
})
