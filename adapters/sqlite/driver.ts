import { HeadwaterError } from '../../src/index.ts'

/** The part of a better-sqlite3 statement this adapter uses. */
export interface SqliteStatement {
  run(...params: readonly unknown[]): unknown
  get(...params: readonly unknown[]): unknown
  all(...params: readonly unknown[]): unknown[]
}

/** The part of a better-sqlite3 database this adapter uses. */
export interface SqliteDatabase {
  readonly inTransaction: boolean
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  pragma(source: string, options?: { readonly simple?: boolean }): unknown
  close(): unknown
}

/** What `better-sqlite3` exports. */
export type SqliteDriver = new (file: string, options?: { readonly timeout?: number }) => SqliteDatabase

/** Loads better-sqlite3 when it is first needed: whoever uses another store need not install it. */
export async function loadDriver(): Promise<SqliteDriver> {
  try {
    return (await import('better-sqlite3')).default as unknown as SqliteDriver
  } catch (cause) {
    throw new HeadwaterError('missing-driver', 'sqliteStore needs the package better-sqlite3: npm install better-sqlite3', {
      cause,
    })
  }
}
