import { textOf } from './notes.ts'

/** Hand-written IndexedDB: one record per event, no library. */
export async function rawDatabase(name: string): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, 1)
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('commits', { keyPath: 'position' })
    const events = opening.result.createObjectStore('events', { keyPath: 'position' })
    events.createIndex('version', ['stream', 'version'], { unique: true })
  }
  await new Promise((resolve, reject) => {
    opening.onsuccess = resolve
    opening.onerror = () => reject(opening.error ?? new Error('the database did not open'))
  })
  return opening.result
}

/** Puts records in one transaction; resolves when it has completed. */
export function rawPut(
  db: IDBDatabase,
  store: 'commits' | 'events',
  durability: 'strict' | 'relaxed',
  records: readonly unknown[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, 'readwrite', { durability })
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'))
    const records_ = transaction.objectStore(store)
    for (const record of records) records_.put(record)
    transaction.commit()
  })
}

/** A record that is found by its place in the log. */
export interface RawEvent {
  readonly position: number
  readonly [field: string]: unknown
}

/** An event as a record: the same content as the application stores. */
export function rawEvent(position: number, streams: number): RawEvent {
  return {
    position,
    stream: `Note-${position % streams}`,
    version: Math.floor(position / streams),
    id: crypto.randomUUID(),
    type: 'Written',
    data: { text: textOf(position) },
    metadata: { commitId: crypto.randomUUID(), time: new Date().toISOString() },
  }
}
