import type { IDBPDatabase } from 'idb'
import { SPACES, STREAM_SPACES } from '../../src/sync/index.ts'

/** The version of the layout below; a database with a higher one belongs to a newer Headwater. */
export const SCHEMA_VERSION = 1

/** The index that finds records by stream. */
export const STREAMS = 'streams'

/** Beside the log: a filter for each of its records that carries too many streams for the index. */
export const LOG_FILTERS = 'log-filters'

/** All object stores, the scope of every transaction: a narrower one gained about 5 %, less than the noise between runs. */
export const STORES: readonly string[] = [...SPACES, LOG_FILTERS]

/** One object store per space, its records as they are. */
export function createStores(db: IDBPDatabase): void {
  const byStream: readonly string[] = STREAM_SPACES
  for (const space of SPACES) {
    const records = db.createObjectStore(space, { keyPath: 'key' })
    if (byStream.includes(space)) records.createIndex(STREAMS, 'streams', { multiEntry: true })
  }
  db.createObjectStore(LOG_FILTERS)
}
