import type { Space } from '../../src/sync/index.ts'
import type { SqliteDatabase } from './driver.ts'
import { HeadwaterError } from '../../src/index.ts'
import { SPACES, STREAM_SPACES } from '../../src/sync/index.ts'
import { readMeta } from './schema.ts'

/** The layout of a replica's tables this version reads and writes; a file with a higher one is refused. */
export const REPLICA_SCHEMA_VERSION = 1

const META_KEY = 'replicaSchema'
const streamSpaces: readonly string[] = STREAM_SPACES

export function hasStreams(space: Space): boolean {
  return streamSpaces.includes(space)
}

export function recordsTable(space: Space): string {
  return `headwater_replica_${space}`
}

export function streamsTable(space: Space): string {
  return `${recordsTable(space)}_streams`
}

/** Makes a replica's tables where there are none, and refuses with `store-newer` those of a later version of Headwater. */
export function prepareReplicaTables(db: SqliteDatabase, file: string): void {
  if (readMeta(db, META_KEY) === undefined) createTables(db)
  const found = Number(readMeta(db, META_KEY))
  if (found > REPLICA_SCHEMA_VERSION) {
    throw new HeadwaterError(
      'store-newer',
      `"${file}" has replica schema version ${found}, this version of Headwater knows up to ${REPLICA_SCHEMA_VERSION}`,
    )
  }
}

function createTables(db: SqliteDatabase): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    // Looked at again under the lock: another connection may have been first.
    if (readMeta(db, META_KEY) === undefined) {
      for (const space of SPACES) db.exec(tablesOf(space))
      db.prepare('INSERT INTO headwater_meta (key, value) VALUES (?, ?)').run(META_KEY, String(REPLICA_SCHEMA_VERSION))
    }
    db.exec('COMMIT')
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}

// Keys have no type: a number stays one, a text stays one. Chunks of the log are too big to live inside an index.
function tablesOf(space: Space): string {
  const records = `CREATE TABLE ${recordsTable(space)} (key NOT NULL PRIMARY KEY, streams TEXT, value TEXT NOT NULL)`
  const inIndex = space === 'log' ? '' : ' WITHOUT ROWID'
  const streams = `CREATE TABLE ${streamsTable(space)} (stream TEXT NOT NULL, key NOT NULL, PRIMARY KEY (stream, key)) WITHOUT ROWID`
  return `${records}${inIndex};${hasStreams(space) ? streams : ''}`
}
