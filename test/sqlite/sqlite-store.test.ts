import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { SqliteDatabase } from '../../adapters/sqlite/index.ts'
import type { EventStore, NewEvent, RecordedEvent } from '../../src/index.ts'
import { sqliteStore } from '../../adapters/sqlite/index.ts'
import { newId } from '../../src/index.ts'
import { faultyDriver, sqliteError } from './faulty-driver.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
const newFile = (): string => join(folder(), `${newId()}.db`)

describe('opening a file', () => {
  it('sets WAL and synchronous FULL, and they hold after the first read and write', async () => {
    let db: SqliteDatabase | undefined
    const driver = faultyDriver({ opened: (opened) => (db = opened) })
    const store = sqliteStore({ file: newFile(), driver })
    const settings = (): unknown[] => ['journal_mode', 'synchronous'].map((name) => db?.pragma(name, { simple: true }))
    await store.head()
    expect(settings()).toEqual(['wal', 2])
    await put(store, 3)
    await all(store)
    expect(settings()).toEqual(['wal', 2])
    await store.close()
  })

  it('refuses a damaged file with store-damaged, and leaves it as it is', async () => {
    const file = newFile()
    const store = sqliteStore({ file })
    for (let i = 0; i < 20; i++) await put(store, 100)
    await store.close()
    const bytes = readFileSync(file)
    bytes.fill(0xa5, 8192, 40_960)
    writeFileSync(file, bytes)
    const damaged = sqliteStore({ file })
    await expect(damaged.head()).rejects.toMatchObject({ code: 'store-damaged' })
    await expect(put(damaged, 1)).rejects.toMatchObject({ code: 'store-damaged' })
    await damaged.close()
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  it('refuses a file that is no database with store-damaged, and leaves it as it is', async () => {
    const file = newFile()
    writeFileSync(file, 'these are my notes, '.repeat(1000))
    const store = sqliteStore({ file })
    await expect(store.logId()).rejects.toMatchObject({ code: 'store-damaged' })
    await store.close()
    expect(readFileSync(file, 'utf8')).toBe('these are my notes, '.repeat(1000))
  })

  it('refuses with store-damaged to read an event that is no JSON any more', async () => {
    const file = newFile()
    const store = sqliteStore({ file })
    await put(store, 2)
    const db = new Database(file)
    db.exec("UPDATE headwater_events SET payload = 'x' || payload WHERE position = 2")
    db.close()
    await expect(all(store)).rejects.toMatchObject({ code: 'store-damaged' })
    await store.close()
  })

  it('refuses a file of a later version with store-newer', async () => {
    const file = newFile()
    const store = sqliteStore({ file })
    await put(store, 1)
    await store.close()
    const db = new Database(file)
    db.exec("UPDATE headwater_meta SET value = '999' WHERE key = 'schema'")
    db.close()
    const newer = sqliteStore({ file })
    await expect(newer.head()).rejects.toMatchObject({ code: 'store-newer' })
    await newer.close()
  })

  it('fails with storage-failed where the file cannot be made, and tries again at the next use', async () => {
    let broken = true
    const driver = faultyDriver({
      opened: () => {
        if (broken) throw sqliteError('SQLITE_CANTOPEN')
      },
    })
    const store = sqliteStore({ file: newFile(), driver })
    await expect(put(store, 1)).rejects.toMatchObject({ code: 'storage-failed' })
    broken = false
    await put(store, 1)
    await store.close()
    const nowhere = sqliteStore({ file: join(folder(), 'no', 'such', 'folder', 'x.db') })
    await expect(nowhere.head()).rejects.toMatchObject({ code: 'storage-failed' })
    await nowhere.close()
  })

  it('keeps its tables beside those of the application', async () => {
    const file = newFile()
    const db = new Database(file)
    db.exec('CREATE TABLE events (mine TEXT); CREATE TABLE meta (mine TEXT)')
    db.close()
    const store = sqliteStore({ file })
    await put(store, 2)
    expect(await store.head()).toBe(2)
    await store.close()
  })

  it('does not take a database in memory', () => {
    expect(() => sqliteStore({ file: ':memory:' })).toThrow(expect.objectContaining({ code: 'bad-configuration' }))
  })
})

describe('when the storage fails', () => {
  it('a full disk stops the line: what was acknowledged stays, smaller appends are refused too', async () => {
    const file = newFile()
    // The page count is capped after the tables are made, as a disk is full only later.
    let db: SqliteDatabase | undefined
    const store = sqliteStore({ file, driver: faultyDriver({ opened: (opened) => (db ??= opened) }) })
    const acknowledged = [...(await put(store, 50))]
    db?.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 10}`)
    let failure: unknown
    while (failure === undefined) {
      try {
        acknowledged.push(...(await put(store, 50)))
      } catch (error) {
        failure = error
      }
    }
    expect(failure).toMatchObject({ code: 'storage-full', cause: { code: 'SQLITE_FULL' } })
    await expect(put(store, 1)).rejects.toMatchObject({ code: 'storage-full' })
    expect(await all(store)).toEqual(acknowledged)
    await store.close()
    const reopened = sqliteStore({ file })
    expect(await all(reopened)).toEqual(acknowledged)
    acknowledged.push(...(await put(reopened, 50)))
    expect(await all(reopened)).toEqual(acknowledged)
    await reopened.close()
  })

  it('an error after the commit is answered as done, because the file says so', async () => {
    let armed = false
    const driver = faultyDriver({
      after: (sql) => {
        if (armed && sql === 'COMMIT') throw ((armed = false), sqliteError('SQLITE_IOERR_FSYNC'))
      },
    })
    const store = sqliteStore({ file: newFile(), driver })
    await put(store, 2)
    armed = true
    const [first, second] = await Promise.all([put(store, 2), put(store, 3)])
    expect(await all(store).then((events) => events.slice(2))).toEqual([...first, ...second])
    await expect(put(store, 1)).rejects.toMatchObject({ code: 'storage-failed' })
    await store.close()
  })

  it('an error before the commit is answered as storage-failed, and nothing is there', async () => {
    let armed = false
    const driver = faultyDriver({
      before: (sql) => {
        if (armed && sql === 'COMMIT') throw ((armed = false), sqliteError('SQLITE_IOERR_WRITE'))
      },
    })
    const file = newFile()
    const store = sqliteStore({ file, driver })
    const before = await put(store, 2)
    armed = true
    const outcomes = await Promise.allSettled([put(store, 2), put(store, 3)])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(put(store, 1)).rejects.toMatchObject({ code: 'storage-failed' })
    expect(await all(store)).toEqual(before)
    await store.close()
    const reopened = sqliteStore({ file })
    expect(await put(reopened, 1)).toMatchObject([{ version: 2 }])
    await reopened.close()
  })
})

describe('while another connection writes', () => {
  it('an append waits for its transaction without blocking, and then goes through', async () => {
    const file = newFile()
    const store = sqliteStore({ file })
    await put(store, 1)
    const other = new Database(file)
    other.exec('BEGIN IMMEDIATE')
    const append = put(store, 1)
    // A read is answered while the append waits: the event loop is free.
    expect(await store.head()).toBe(1)
    await turns(20)
    other.exec('COMMIT')
    expect(await append).toMatchObject([{ version: 1 }])
    other.close()
    await store.close()
  })

  it('an append gives up after the limit with storage-failed, and nothing is written', async () => {
    const file = newFile()
    const store = sqliteStore({ file, busyLimitMs: 30 })
    await put(store, 1)
    const other = new Database(file)
    other.exec('BEGIN IMMEDIATE')
    await expect(put(store, 1)).rejects.toMatchObject({ code: 'storage-failed', cause: { code: 'SQLITE_BUSY' } })
    other.exec('COMMIT')
    other.close()
    expect(await store.head()).toBe(1)
    await store.close()
  })
})

describe('a group of appends', () => {
  it('is one transaction, and a stale batch in it does not fail the others', async () => {
    let commits = 0
    const driver = faultyDriver({ after: (sql) => void (sql === 'COMMIT' && commits++) })
    const store = sqliteStore({ file: newFile(), driver })
    await put(store, 1)
    commits = 0
    const outcomes = await Promise.allSettled([
      store.append({ events: [event('Dog-a')], expect: { 'Dog-a': 'none' } }),
      store.append({ events: [event('Dog-a'), event('Dog-b')], expect: { 'Dog-a': 0, 'Dog-b': 5 } }),
      store.append({ events: [event('Dog-a')], expect: { 'Dog-a': 0 } }),
    ])
    expect(commits).toBe(1)
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: [{ version: 0, position: 2 }] },
      { status: 'rejected', reason: { code: 'version-conflict', stream: 'Dog-b', actual: -1 } },
      { status: 'fulfilled', value: [{ version: 1, position: 3 }] },
    ])
    await store.close()
  })

  it('of very many appends is written in several, in the order of the calls', async () => {
    const store = sqliteStore({ file: newFile() })
    const appends = await Promise.all(Array.from({ length: 300 }, () => put(store, 10)))
    expect(appends.flat().map(({ position }) => position)).toEqual(Array.from({ length: 3000 }, (_, i) => i + 1))
    await store.close()
  })
})

it('reads hold no transaction open between pages, so the write-ahead log can be tidied', async () => {
  const file = newFile()
  const store = sqliteStore({ file })
  for (let i = 0; i < 20; i++) await put(store, 100)
  const reading = store.readAll()[Symbol.asyncIterator]()
  await reading.next()
  for (let i = 0; i < 10; i++) await put(store, 100)
  const other = new Database(file)
  expect(other.pragma('wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0 }])
  expect(statSync(`${file}-wal`).size).toBe(0)
  other.close()
  await store.close()
})

function event(stream: string): NewEvent {
  return { id: newId(), stream, type: 'Happened', data: { text: 'x'.repeat(100) } }
}

function put(store: EventStore, count: number): Promise<readonly RecordedEvent[]> {
  const events = Array.from({ length: count }, () => event('Dog-fido'))
  return store.append({ events, expect: { 'Dog-fido': 'any' } })
}

async function all(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for await (const each of store.readAll()) events.push(each)
  return events
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}
