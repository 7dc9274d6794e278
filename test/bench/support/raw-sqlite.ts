import Database from 'better-sqlite3'
import { randomUUID } from 'node:crypto'
import { textOf } from './notes.ts'

/** Hand-written appends to a SQLite file: the same durability, one event table, no checks beyond one unique index. */
export interface RawSqlite {
  readonly db: Database.Database
  /** One transaction of `count` events, each to its stream's next version. */
  append(count: number, streamOf: (n: number) => number): void
  close(): void
}

export function rawSqlite(file: string): RawSqlite {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(
    'CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, payload TEXT NOT NULL, UNIQUE (stream, version))',
  )
  db.pragma('synchronous = FULL')
  const insert = db.prepare('INSERT INTO events (position, stream, version, payload) VALUES (?, ?, ?, ?)')
  const versions = new Map<string, number>()
  let position = 0
  const append = db.transaction((count: number, streamOf: (n: number) => number) => {
    for (let n = 0; n < count; n++) {
      const stream = `Note-${streamOf(n)}`
      const version = (versions.get(stream) ?? -1) + 1
      versions.set(stream, version)
      insert.run(++position, stream, version, rawPayload(position))
    }
  })
  return { db, append: (count, streamOf) => append.immediate(count, streamOf), close: () => void db.close() }
}

/** As much JSON as an event of the application has. */
export function rawPayload(n: number): string {
  return JSON.stringify({
    id: randomUUID(),
    type: 'Written',
    data: { text: textOf(n) },
    metadata: { time: new Date().toISOString() },
  })
}
