import type { RecordKey, RecordRange, ReplicaTransaction, Space, StoredRecord, StreamSpace } from '../../src/sync/index.ts'
import type { NativeTransaction } from './connection.ts'
import { unwrap } from 'idb'
import { HeadwaterError } from '../../src/index.ts'
import { isEmpty, keyRange, within } from './ranges.ts'
import { LOG_FILTERS, STREAMS } from './schema.ts'
import { MAX_INDEXED_STREAMS, filterTest, streamFilter } from './stream-filter.ts'

/** A record as it is stored. Streams that are in a filter, not in the index, are one JSON text under another name. */
type Row = StoredRecord & { readonly filtered?: string }

/** A replica's transaction on one of IndexedDB. */
export class IdbTransaction implements ReplicaTransaction {
  readonly #native: NativeTransaction
  readonly #write: boolean
  #wrote = false

  constructor(native: NativeTransaction, write: boolean) {
    this.#native = native
    this.#write = write
  }

  get wrote(): boolean {
    return this.#wrote
  }

  async get(space: Space, key: RecordKey): Promise<StoredRecord | undefined> {
    const row = (await this.#native.objectStore(space).get(key)) as Row | undefined
    return row === undefined ? undefined : toRecord(row)
  }

  async range(space: Space, range: RecordRange = {}): Promise<readonly StoredRecord[]> {
    if (isEmpty(range)) return []
    const rows = this.#native.objectStore(space)
    const { backwards = false, limit } = range
    if (!backwards) return ((await rows.getAll(keyRange(range), limit)) as Row[]).map(toRecord)
    if (limit === undefined) return ((await rows.getAll(keyRange(range))) as Row[]).map(toRecord).reverse()
    const found: StoredRecord[] = []
    let cursor = await rows.openCursor(keyRange(range), 'prev')
    while (cursor !== null) {
      found.push(toRecord(cursor.value as Row))
      cursor = found.length < limit ? await cursor.continue() : null
    }
    return found
  }

  async byStream(space: StreamSpace, stream: string, range: RecordRange = {}): Promise<readonly StoredRecord[]> {
    if (isEmpty(range)) return []
    const [indexed, filtered] = await Promise.all([
      this.#indexed(space, stream, range),
      space === 'log' ? this.#filtered(stream, range) : [],
    ])
    const keys = [...indexed.filter((key) => within(range, key)), ...filtered].sort((a, b) => (a < b ? -1 : 1))
    if (range.backwards === true) keys.reverse()
    const found: StoredRecord[] = []
    const wanted = Math.min(range.limit ?? keys.length, keys.length)
    for (let next = 0; found.length < wanted && next < keys.length;) {
      const some = keys.slice(next, next + wanted - found.length)
      next += some.length
      const records = await Promise.all(some.map((key) => this.get(space, key)))
      for (const record of records) if (record?.streams?.includes(stream) === true) found.push(record)
    }
    return found
  }

  count(space: Space): Promise<number> {
    return this.#native.objectStore(space).count()
  }

  put(space: Space, { key, streams, value }: StoredRecord): void {
    const many = space === 'log' && streams !== undefined && streams.length > MAX_INDEXED_STREAMS
    if (space === 'log') this.#change(LOG_FILTERS, (rows) => (many ? rows.put(streamFilter(streams), key) : rows.delete(key)))
    const labels = many ? { filtered: JSON.stringify(streams) } : streams === undefined ? {} : { streams }
    this.#change(space, (rows) => rows.put({ key, value, ...labels }))
  }

  delete(space: Space, key: RecordKey): void {
    if (space === 'log') this.#change(LOG_FILTERS, (rows) => rows.delete(key))
    this.#change(space, (rows) => rows.delete(key))
  }

  /** The keys of the records that the index has for the stream; the newest alone where no more is wanted. */
  async #indexed(space: StreamSpace, stream: string, range: RecordRange): Promise<RecordKey[]> {
    const index = this.#native.objectStore(space).index(STREAMS)
    if (range.backwards !== true || range.limit === undefined) return (await index.getAllKeys(stream)) as RecordKey[]
    const keys: RecordKey[] = []
    for (let cursor = await index.openKeyCursor(stream, 'prev'); cursor !== null; cursor = await cursor.continue()) {
      const key = cursor.primaryKey as RecordKey
      if (range.after !== undefined && key <= range.after) break
      if (within(range, key) && keys.push(key) >= range.limit) break
    }
    return keys
  }

  /** The keys of the log's records whose filter may hold the stream. */
  async #filtered(stream: string, range: RecordRange): Promise<RecordKey[]> {
    const rows = this.#native.objectStore(LOG_FILTERS)
    const [keys, filters] = await Promise.all([
      rows.getAllKeys(keyRange(range)) as Promise<RecordKey[]>,
      rows.getAll(keyRange(range)) as Promise<Uint8Array[]>,
    ])
    const mayHold = filterTest(stream)
    return keys.filter((_, n) => mayHold(filters[n] ?? new Uint8Array()))
  }

  /** Without idb's wrappers: nobody waits for a write, and one that fails aborts the transaction, which says so. */
  #change(store: string, change: (rows: IDBObjectStore) => void): void {
    if (!this.#write) throw new HeadwaterError('not-supported', `a read transaction cannot write to "${store}"`)
    this.#wrote = true
    change(unwrap(this.#native).objectStore(store))
  }
}

function toRecord({ key, streams, filtered, value }: Row): StoredRecord {
  if (filtered !== undefined) return { key, streams: JSON.parse(filtered) as string[], value }
  return streams === undefined ? { key, value } : { key, streams, value }
}
