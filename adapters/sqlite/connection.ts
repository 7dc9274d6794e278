import type { SqliteDatabase, SqliteDriver, SqliteStatement } from './driver.ts'
import { HeadwaterError } from '../../src/index.ts'
import { prepareSchema } from './schema.ts'
import { translate, whenFree } from './sqlite-errors.ts'

// SQLite's own waiting blocks the event loop; beyond this `whenFree` waits instead.
const BLOCKING_WAIT_MS = 10
const SYNCHRONOUS_FULL = 2

/** How to open a file. */
export interface ConnectionOptions {
  readonly file: string
  readonly driver: SqliteDriver
  readonly busyLimitMs: number
  /** Whether to run `PRAGMA quick_check` first. */
  readonly check: boolean
}

/** An open database file, its statements prepared once each. */
export class Connection {
  readonly db: SqliteDatabase
  readonly #statements = new Map<string, SqliteStatement>()

  constructor(db: SqliteDatabase) {
    this.db = db
  }

  /** For a bounded number of different texts: they are kept. */
  statement(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  close(): void {
    this.db.close()
  }
}

/**
 * Opens the file, makes the tables if it is new, and sees to it that a commit is on the disk when it returns.
 *
 * Rejects with `store-damaged`, `store-newer`, `storage-full` or `storage-failed`; a damaged file is left as it is.
 */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { file, driver, busyLimitMs } = options
  let db: SqliteDatabase | undefined
  try {
    const opened = (db = new driver(file, { timeout: BLOCKING_WAIT_MS }))
    await whenFree(() => prepareDatabase(opened, options), busyLimitMs)
    return new Connection(opened)
  } catch (error) {
    db?.close()
    throw translate(error, file)
  }
}

function prepareDatabase(db: SqliteDatabase, { file, check }: ConnectionOptions): void {
  const journal = db.pragma('journal_mode = WAL', { simple: true })
  if (journal !== 'wal')
    throw new HeadwaterError('storage-failed', `"${file}": expected journal mode wal, found ${String(journal)}`)
  db.pragma('synchronous = FULL')
  if (check) {
    const found = db.pragma('quick_check(1)', { simple: true })
    if (found !== 'ok') throw new HeadwaterError('store-damaged', `"${file}" is damaged: ${String(found)}`)
  }
  prepareSchema(db, file)
  // Some builds read FULL here only until the first statement has run in WAL mode: looked at after one, and again set.
  db.pragma('synchronous = FULL')
  db.prepare('SELECT max(position) FROM headwater_events').get()
  const synchronous = db.pragma('synchronous', { simple: true })
  if (synchronous !== SYNCHRONOUS_FULL) {
    throw new HeadwaterError(
      'storage-failed',
      `"${file}": expected synchronous ${SYNCHRONOUS_FULL}, found ${String(synchronous)}`,
    )
  }
}
