import Database from 'better-sqlite3'
import type { SqliteDatabase, SqliteDriver, SqliteStatement } from '../../adapters/sqlite/index.ts'

/** Where a fault can strike: throw, and SQLite seems to have failed. */
export interface Faults {
  /** Before a statement runs: it has not happened. */
  before?(sql: string): void
  /** After a statement ran: it has happened, and nobody is told. */
  after?(sql: string): void
  /** After a file was opened. */
  opened?(db: SqliteDatabase): void
}

/** better-sqlite3 with faults in the statements that change something. */
export function faultyDriver(faults: Faults): SqliteDriver {
  return class {
    constructor(file: string, options?: { readonly timeout?: number }) {
      const db = new Database(file, options) as unknown as SqliteDatabase
      faults.opened?.(db)
      const prepare = db.prepare.bind(db)
      db.prepare = (sql) => withFaults(prepare(sql), sql, faults)
      return db
    }
  } as unknown as SqliteDriver
}

/** An error as better-sqlite3 throws it. */
export function sqliteError(code: string): Error {
  return new Database.SqliteError(`injected ${code}`, code)
}

function withFaults(statement: SqliteStatement, sql: string, faults: Faults): SqliteStatement {
  const run = statement.run.bind(statement)
  statement.run = (...params) => {
    faults.before?.(sql)
    const result = run(...params)
    faults.after?.(sql)
    return result
  }
  return statement
}
