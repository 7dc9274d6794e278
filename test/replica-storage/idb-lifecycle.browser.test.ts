import { afterEach, describe, expect, test } from 'vitest'
import type { ReplicaStorage } from '../../src/sync/index.ts'
import { idbStorage } from '../../adapters/idb/index.ts'

const opened: ReplicaStorage[] = []
let names = 0

afterEach(async () => {
  for (const storage of opened.splice(0)) await storage.close()
})

function open(name: string, options: { readonly openTimeoutMs?: number } = {}): ReplicaStorage {
  const storage = idbStorage({ name, ...options })
  opened.push(storage)
  return storage
}

const freshName = (): string => `lifecycle-${Date.now()}-${(names += 1)}`

function outcome<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(new Error('the request failed', { cause: request.error })))
  })
}

const openRaw = (name: string, version?: number): Promise<IDBDatabase> => outcome(indexedDB.open(`headwater:${name}`, version))

function write(storage: ReplicaStorage, key: number): Promise<void> {
  return storage.transact('durable', async (transaction) => transaction.put('pending', { key, value: String(key) }))
}

function count(storage: ReplicaStorage): Promise<number> {
  return storage.transact('read', (transaction) => transaction.count('pending'))
}

/** Resolves when another page's transaction is open on the storage's database, holding up what comes behind it. */
async function holdUp(name: string): Promise<() => Promise<void>> {
  const db = await openRaw(name)
  const transaction = db.transaction('pending', 'readwrite')
  const ended = new Promise<void>((resolve) => transaction.addEventListener('complete', () => resolve()))
  let holding = true
  const hold = (): void => {
    if (holding) transaction.objectStore('pending').count().addEventListener('success', hold)
  }
  hold()
  return async () => {
    holding = false
    await ended
    db.close()
  }
}

describe('another version of the app', () => {
  test('that is newer can upgrade the database while it is in use, and what comes after is store-newer', async () => {
    const name = freshName()
    const storage = open(name)
    await write(storage, 1)
    const newer = await openRaw(name, 2)
    await expect(write(storage, 2)).rejects.toMatchObject({ code: 'store-newer' })
    await expect(count(open(name))).rejects.toMatchObject({ code: 'store-newer' })
    expect(await outcome(newer.transaction('pending').objectStore('pending').getAllKeys())).toEqual([1])
    newer.close()
  })

  test('waits for the transactions that run', async () => {
    const name = freshName()
    const storage = open(name)
    await write(storage, 1)
    const release = await holdUp(name)
    const writing = write(storage, 2)
    const upgrading = openRaw(name, 2)
    await release()
    await writing
    const newer = await upgrading
    expect(await outcome(newer.transaction('pending').objectStore('pending').getAllKeys())).toEqual([1, 2])
    newer.close()
  })
})

describe('a handle that is gone', () => {
  test('is replaced: a deleted database is made anew', async () => {
    const name = freshName()
    const storage = open(name)
    await write(storage, 1)
    await outcome(indexedDB.deleteDatabase(`headwater:${name}`))
    expect(await count(storage)).toBe(0)
    await write(storage, 2)
    expect(await count(storage)).toBe(1)
  })

  test('is let go for the back/forward cache, and opened again after it', async () => {
    const name = freshName()
    const [storage, other] = [open(name), open(name)]
    await write(storage, 1)
    globalThis.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    await write(other, 2)
    const told = new Promise<void>((resolve) => storage.onForeignCommit(resolve))
    globalThis.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    await told
    expect(await count(storage)).toBe(2)
  })
})

describe('an open that takes too long', () => {
  test('is storage-failed, and the next use tries again', async () => {
    const name = freshName()
    const holder = await openRaw(name)
    const deleting = outcome(indexedDB.deleteDatabase(`headwater:${name}`))
    const storage = open(name, { openTimeoutMs: 50 })
    await expect(write(storage, 1)).rejects.toMatchObject({ code: 'storage-failed' })
    holder.close()
    await deleting
    await write(storage, 1)
    expect(await count(storage)).toBe(1)
  })
})

describe('a transaction', () => {
  test('whose work awaits something foreign fails, and says so', async () => {
    const storage = open(freshName())
    const foreign = storage.transact('durable', async (transaction) => {
      transaction.put('pending', { key: 1, value: '' })
      await write(storage, 2)
      await transaction.get('pending', 1)
    })
    await expect(foreign).rejects.toMatchObject({ code: 'storage-failed' })
    await expect(foreign).rejects.toThrow(/awaited something foreign/)
    expect(await count(storage)).toBe(2)
  })

  test('with a key that is none fails with the driver error as its cause, and nothing is stored', async () => {
    const storage = open(freshName())
    const failing = storage.transact('durable', async (transaction) => {
      transaction.put('pending', { key: 1, value: '' })
      transaction.put('pending', { key: Number.NaN, value: '' })
    })
    await expect(failing).rejects.toMatchObject({ code: 'storage-failed', cause: { name: 'DataError' } })
    expect(await count(storage)).toBe(0)
  })
})

test('closing lets the database go', async () => {
  const name = freshName()
  const storage = open(name)
  await write(storage, 1)
  await storage.close()
  const newer = await openRaw(name, 2)
  newer.close()
  await expect(write(storage, 2)).rejects.toMatchObject({ code: 'closed' })
})
