import { resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { ReplicaStorage, ReplicaTransaction, TransactionMode } from '../../src/sync/index.ts'
import type { Connection } from './connection.ts'
import type { SqliteDriver } from './driver.ts'
import { HeadwaterError, Opening } from '../../src/index.ts'
import { ChangeWatch } from './change-watch.ts'
import { openConnection } from './connection.ts'
import { loadDriver } from './driver.ts'
import { prepareReplicaTables } from './replica-tables.ts'
import { SqliteReplicaTransaction } from './replica-transaction.ts'
import { isBusy, sqliteCode, translate, whenFree } from './sqlite-errors.ts'

/** What {@link sqliteStorage} needs and can be given. */
export interface SqliteStorageOptions {
  /** Path of the database file, on a local disk; made if it is not there. Its folder must be there. */
  readonly file: string
  /** How often to look for commits of other connections, in milliseconds, while somebody listens. Default 50. */
  readonly pollIntervalMs?: number
  /** How long to wait for another connection's transaction, in milliseconds, before `storage-failed`. Default 10,000. */
  readonly busyLimitMs?: number
  /** Whether to check the file for damage when it is opened: about a second per gigabyte. Default true. */
  readonly check?: boolean
  /** The database class to use. Default: better-sqlite3, loaded on first use. */
  readonly driver?: SqliteDriver
}

/**
 * A replica's storage in one SQLite file: several processes on one machine may have it open at once.
 *
 * The file is opened on first use. A transaction is answered when it is on the disk (WAL, synchronous=FULL), a
 * `relaxed` one too: in batches that costs nothing. After a failure that leaves open what was stored, every later
 * call fails too, until the storage is opened again; `storage-full` is not one of those.
 */
export function sqliteStorage(options: SqliteStorageOptions): ReplicaStorage {
  if (options.file === '' || options.file.startsWith(':memory:')) {
    throw new HeadwaterError('bad-configuration', `file: expected a path, found "${options.file}"`)
  }
  return new SqliteStorage(options)
}

class SqliteStorage implements ReplicaStorage {
  readonly name: string
  readonly durable = true
  readonly #options: SqliteStorageOptions
  readonly #busyLimitMs: number
  readonly #watch: ChangeWatch
  #tail: Promise<void> = Promise.resolve()
  readonly #opening = new Opening(() => this.#start())
  #open: Connection | undefined
  #closing: Promise<void> | undefined
  #failure: HeadwaterError | undefined

  constructor(options: SqliteStorageOptions) {
    this.#options = options
    this.name = resolve(options.file)
    this.#busyLimitMs = options.busyLimitMs ?? 10_000
    this.#watch = new ChangeWatch(() => this.#open?.db.pragma('data_version', { simple: true }), options.pollIntervalMs ?? 50)
  }

  transact<T>(mode: TransactionMode, work: (transaction: ReplicaTransaction) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) {
      return Promise.reject(new HeadwaterError('closed', `replica storage "${this.#options.file}" is closed`))
    }
    const result = this.#tail.then(() => this.#run(mode !== 'read', work))
    this.#tail = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }

  onForeignCommit(listener: () => void): () => void {
    return this.#watch.add(listener)
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    // What was accepted before is still done and answered.
    await this.#tail
    this.#watch.stop()
    try {
      this.#open?.close()
    } catch (error) {
      throw translate(error, this.#options.file)
    }
  }

  async #run<T>(write: boolean, work: (transaction: ReplicaTransaction) => Promise<T>): Promise<T> {
    if (this.#failure !== undefined) throw this.#stopped(this.#failure)
    const connection = await this.#opening.get()
    // In a turn of its own the whole transaction runs before another connection of this process gets a chance to wait.
    await setImmediate()
    await this.#begin(connection, write)
    const transaction = new SqliteReplicaTransaction(connection, this.#options.file, write)
    let result: T
    try {
      result = await work(transaction)
      if (transaction.failure !== undefined) throw transaction.failure
    } catch (error) {
      this.#fail(transaction.failure)
      throw error
    } finally {
      transaction.end()
    }
    this.#commit(connection)
    return result
  }

  async #begin({ db }: Connection, write: boolean): Promise<void> {
    try {
      await whenFree(() => db.exec(write ? 'BEGIN IMMEDIATE' : 'BEGIN'), this.#busyLimitMs)
    } catch (error) {
      const failure = translate(error, this.#options.file)
      if (!isBusy(error)) this.#failure = failure
      throw failure
    }
  }

  #commit({ db }: Connection): void {
    try {
      db.exec('COMMIT')
    } catch (error) {
      const failure = translate(error, this.#options.file)
      // Only these two say for certain that nothing was committed.
      if (failure.code === 'storage-full' || isBusy(error)) this.#rollBack()
      else this.#failure = failure
      throw failure
    }
  }

  /** Undoes what a transaction did; one that the disk failed leaves nothing to trust the connection with. */
  #fail(failure: HeadwaterError | undefined): void {
    if (failure?.code === 'store-damaged' || sqliteCode(failure?.cause).startsWith('SQLITE_IOERR')) this.#failure = failure
    this.#rollBack()
  }

  #rollBack(): void {
    try {
      if (this.#open?.db.inTransaction === true) this.#open.db.exec('ROLLBACK')
    } catch (error) {
      this.#failure = translate(error, this.#options.file)
    }
  }

  #stopped(cause: HeadwaterError): HeadwaterError {
    return new HeadwaterError(cause.code, `"${this.#options.file}" does nothing more after a storage error: open it again`, {
      cause,
    })
  }

  async #start(): Promise<Connection> {
    const { file, check = true, driver = await loadDriver() } = this.#options
    const connection = await openConnection({ file, driver, check, busyLimitMs: this.#busyLimitMs })
    try {
      await whenFree(() => prepareReplicaTables(connection.db, file), this.#busyLimitMs)
    } catch (error) {
      connection.close()
      throw translate(error, file)
    }
    this.#open = connection
    return connection
  }
}
