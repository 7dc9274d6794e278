import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import type { ReplicaStorage, ReplicaTransaction } from '../../src/sync/index.ts'
import { sqliteStorage } from '../../adapters/sqlite/replica-storage.ts'

const folder = mkdtempSync(join(tmpdir(), 'headwater-failures-'))
afterAll(() => rmSync(folder, { recursive: true }))

const count = (storage: ReplicaStorage): Promise<number> => storage.transact('read', (transaction) => transaction.count('log'))

/** A database that has room for a few pages only. */
class SmallDatabase extends Database {
  constructor(file: string) {
    super(file)
    this.pragma('max_page_count = 60')
  }
}

test('a full disk is storage-full: nothing of the transaction is stored, and there is room for a small one', async () => {
  const storage = sqliteStorage({ file: join(folder, 'full.db'), driver: SmallDatabase })
  const filling = storage.transact('durable', async (transaction) => {
    transaction.put('log', { key: 1, value: 'small' })
    transaction.put('log', { key: 2, value: 'x'.repeat(1_000_000) })
  })
  await expect(filling).rejects.toMatchObject({ code: 'storage-full', cause: { code: 'SQLITE_FULL' } })
  expect(await count(storage)).toBe(0)
  await storage.transact('durable', async (transaction) => transaction.put('log', { key: 1, value: 'small' }))
  expect(await count(storage)).toBe(1)
  await storage.close()
})

test('a work that goes on after the storage failed stores nothing, and is told', async () => {
  const storage = sqliteStorage({ file: join(folder, 'goes-on.db'), driver: SmallDatabase })
  const goingOn = storage.transact('durable', async (transaction) => {
    try {
      transaction.put('log', { key: 1, value: 'x'.repeat(1_000_000) })
    } catch {}
    try {
      transaction.put('log', { key: 2, value: 'small' })
    } catch {}
  })
  await expect(goingOn).rejects.toMatchObject({ code: 'storage-full' })
  expect(await count(storage)).toBe(0)
  await storage.close()
})

test('a transaction cannot be used after it has ended', async () => {
  const storage = sqliteStorage({ file: join(folder, 'ended.db') })
  let kept: ReplicaTransaction | undefined
  await storage.transact('durable', async (transaction) => void (kept = transaction))
  expect(() => kept?.put('log', { key: 1, value: '' })).toThrow(/after it had ended/)
  expect(await count(storage)).toBe(0)
  await storage.close()
})

test('a file that is no database is store-damaged, and left as it is', async () => {
  const file = join(folder, 'damaged.db')
  writeFileSync(file, 'this is no database, and has been none before'.repeat(100))
  const storage = sqliteStorage({ file })
  await expect(count(storage)).rejects.toMatchObject({ code: 'store-damaged' })
  await storage.close()
})

test('tables of a later version are store-newer', async () => {
  const file = join(folder, 'newer.db')
  const storage = sqliteStorage({ file })
  await count(storage)
  await storage.close()
  const raw = new Database(file)
  raw.prepare("UPDATE headwater_meta SET value = '2' WHERE key = 'replicaSchema'").run()
  raw.close()
  const again = sqliteStorage({ file })
  await expect(count(again)).rejects.toMatchObject({ code: 'store-newer' })
  await again.close()
})
