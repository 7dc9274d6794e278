import type { SqliteDatabase } from './driver.ts'
import { HeadwaterError, newId } from '../../src/index.ts'

/** The layout this version reads and writes; a file with a higher one is refused. */
export const SCHEMA_VERSION = 1

// Three orders are needed: position (the table itself), stream and version, id. Ids are kept as their 16 bytes: version 7
// ids grow with time, so their index is written at its end, where a random one would halve the speed of appends.
const tables = `
  CREATE TABLE headwater_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE headwater_events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    id BLOB NOT NULL UNIQUE,
    payload TEXT NOT NULL,
    UNIQUE (stream, version)
  );`

/** Makes the tables of a new file, and refuses with `store-newer` a file of a later version of Headwater. */
export function prepareSchema(db: SqliteDatabase, file: string): void {
  if (!hasSchema(db)) createSchema(db)
  const found = Number(readMeta(db, 'schema'))
  if (found > SCHEMA_VERSION) {
    throw new HeadwaterError(
      'store-newer',
      `"${file}" has schema version ${found}, this version of Headwater knows up to ${SCHEMA_VERSION}`,
    )
  }
  if (!Number.isSafeInteger(found) || found < 1) {
    throw new HeadwaterError('store-damaged', `"${file}": expected a schema version, found "${found}"`)
  }
}

export function readMeta(db: SqliteDatabase, key: string): string | undefined {
  const row = db.prepare('SELECT value FROM headwater_meta WHERE key = ?').get(key) as { readonly value: string } | undefined
  return row?.value
}

function hasSchema(db: SqliteDatabase): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'headwater_meta'").get() !== undefined
}

function createSchema(db: SqliteDatabase): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    // Looked at again under the lock: another connection may have been first.
    if (!hasSchema(db)) {
      db.exec(tables)
      const insert = db.prepare('INSERT INTO headwater_meta (key, value) VALUES (?, ?)')
      insert.run('schema', String(SCHEMA_VERSION))
      insert.run('logId', newId())
    }
    db.exec('COMMIT')
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}
