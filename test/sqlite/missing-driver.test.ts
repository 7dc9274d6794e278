import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { sqliteStore } from '../../adapters/sqlite/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()

vi.mock('better-sqlite3', () => {
  throw new Error('Cannot find package better-sqlite3')
})

it('without better-sqlite3 the first use says what to install', async () => {
  const store = sqliteStore({ file: join(folder(), 'x.db') })
  await expect(store.head()).rejects.toMatchObject({ code: 'missing-driver' })
  await expect(store.head()).rejects.toThrow('npm install better-sqlite3')
  await store.close()
})
