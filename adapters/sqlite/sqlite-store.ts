import type {
  Batch,
  Capabilities,
  EventStore,
  LogRange,
  PreparedBatch,
  RecordedEvent,
  StreamRange,
  SubscribeOptions,
  SubscriptionItem,
} from '../../src/index.ts'
import type { Connection } from './connection.ts'
import type { SqliteDriver } from './driver.ts'
import type { Outcome } from './write-group.ts'
import { followLog, HeadwaterError, prepareBatch, Opening } from '../../src/index.ts'
import { ChangeWatch } from './change-watch.ts'
import { openConnection } from './connection.ts'
import { loadDriver } from './driver.ts'
import { GroupCommit } from './group-commit.ts'
import { readLogPages, readStreamPages } from './read-pages.ts'
import { readMeta } from './schema.ts'
import { isBusy, translate, whenFree } from './sqlite-errors.ts'
import { findById, headPosition, writeGroup } from './write-group.ts'

/** What {@link sqliteStore} needs and can be given. */
export interface SqliteStoreOptions {
  /** Path of the database file, on a local disk; made if it is not there. Its folder must be there. */
  readonly file: string
  /** How often to look for commits of other processes, in milliseconds, while somebody is subscribed. Default 50. */
  readonly pollIntervalMs?: number
  /** How long to wait for another connection's transaction, in milliseconds, before `storage-failed`. Default 10,000. */
  readonly busyLimitMs?: number
  /** Whether to check the file for damage when it is opened: about a second per gigabyte. Default true. */
  readonly check?: boolean
  /** The database class to use. Default: better-sqlite3, loaded on first use. */
  readonly driver?: SqliteDriver
}

/**
 * An {@link EventStore} in one SQLite file, for one machine: several processes may have it open at once.
 *
 * The file is opened on first use, and that is where `missing-driver`, `store-damaged`, `store-newer` and
 * `storage-failed` come from. An append is answered when it is on the disk (WAL, synchronous=FULL); appends of one
 * turn of the event loop share a transaction.
 *
 * @example
 * const store = sqliteStore({ file: 'school.db' })
 */
export function sqliteStore(options: SqliteStoreOptions): EventStore {
  if (options.file === '' || options.file.startsWith(':memory:')) {
    throw new HeadwaterError(
      'bad-configuration',
      `file: expected a path, found "${options.file}"; memoryStore() keeps events in memory`,
    )
  }
  return new SqliteStore(options)
}

class SqliteStore implements EventStore {
  readonly capabilities: Capabilities = { multiStream: true, idScope: 'store', durable: true }
  readonly #options: SqliteStoreOptions
  readonly #busyLimitMs: number
  readonly #appends: GroupCommit = new GroupCommit((batches) => this.#write(batches))
  readonly #watch: ChangeWatch
  readonly #opening = new Opening(() => this.#start())
  #open: Connection | undefined
  #closing: Promise<void> | undefined
  #failure: HeadwaterError | undefined

  constructor(options: SqliteStoreOptions) {
    this.#options = options
    this.#busyLimitMs = options.busyLimitMs ?? 10_000
    this.#watch = new ChangeWatch(() => this.#open?.db.pragma('data_version', { simple: true }), options.pollIntervalMs ?? 50)
  }

  async append(batch: Batch): Promise<readonly RecordedEvent[]> {
    this.#checkOpen()
    const prepared = prepareBatch(batch, this.capabilities)
    if (this.#failure !== undefined) throw this.#stopped(this.#failure)
    return prepared.events.length === 0 ? [] : this.#appends.add(prepared)
  }

  readStream(stream: string, range: StreamRange = {}): AsyncIterable<RecordedEvent> {
    return readStreamPages((action) => this.#use(action), stream, range)
  }

  readAll(range: LogRange = {}): AsyncIterable<RecordedEvent> {
    return readLogPages((action) => this.#use(action), range)
  }

  subscribe(options: SubscribeOptions = {}): AsyncIterable<SubscriptionItem> {
    return followLog(
      { head: () => this.head(), readAll: (range) => this.readAll(range), onChange: (listener) => this.#watch.add(listener) },
      options,
    )
  }

  head(): Promise<number> {
    return this.#use(headPosition)
  }

  async logId(): Promise<string> {
    const id = await this.#use(({ db }) => readMeta(db, 'logId'))
    if (id === undefined) throw new HeadwaterError('store-damaged', `"${this.#options.file}": expected a log id, found none`)
    return id
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    // Appends taken before are still written and answered: nobody is left with an unknown outcome.
    await this.#appends.drained()
    // A file that did not open has nothing to close; whoever asked for it was told.
    await this.#opening.settled()
    this.#watch.notify()
    this.#watch.stop()
    try {
      this.#disconnect()
    } catch (error) {
      throw translate(error, this.#options.file)
    }
  }

  async #use<T>(action: (connection: Connection) => T): Promise<T> {
    this.#checkOpen()
    const connection = await this.#opening.get()
    this.#checkOpen()
    try {
      return await whenFree(() => action(connection), this.#busyLimitMs)
    } catch (error) {
      this.#checkOpen()
      throw translate(error, this.#options.file)
    }
  }

  async #start(): Promise<Connection> {
    const { file, check = true, driver = await loadDriver() } = this.#options
    this.#open = await openConnection({ file, driver, check, busyLimitMs: this.#busyLimitMs })
    return this.#open
  }

  #disconnect(): void {
    const open = this.#open
    this.#open = undefined
    this.#opening.forget()
    open?.close()
  }

  /** Never rejects: an error is the outcome of every batch it concerns. */
  async #write(batches: readonly PreparedBatch[]): Promise<readonly Outcome[]> {
    const all = (reason: HeadwaterError): readonly Outcome[] => batches.map(() => ({ status: 'rejected', reason }))
    if (this.#failure !== undefined) return all(this.#stopped(this.#failure))
    let connection: Connection
    try {
      connection = await this.#opening.get()
    } catch (error) {
      return all(translate(error, this.#options.file))
    }
    try {
      const outcomes = await whenFree(() => writeGroup(connection, batches), this.#busyLimitMs)
      this.#watch.notify()
      return outcomes
    } catch (error) {
      const failure = (this.#failure = translate(error, this.#options.file))
      // Only these two say for certain that nothing was committed.
      if (failure.code === 'storage-full' || isBusy(error)) return all(failure)
      return this.#resolveUnknown(batches, failure)
    }
  }

  /** After an error that leaves open whether the transaction was committed: only the file itself can tell. */
  async #resolveUnknown(batches: readonly PreparedBatch[], failure: HeadwaterError): Promise<readonly Outcome[]> {
    try {
      this.#disconnect()
    } catch {
      // Expected of a file in trouble; whether it can be opened again is what counts.
    }
    try {
      const connection = await this.#opening.get()
      return await whenFree(() => batches.map((batch) => storedOutcome(connection, batch, failure)), this.#busyLimitMs)
    } catch (cause) {
      const message = `"${this.#options.file}": an append may have been stored or not, and the file cannot be read to find out`
      return batches.map(() => ({ status: 'rejected', reason: new HeadwaterError('storage-failed', message, { cause }) }))
    } finally {
      this.#watch.notify()
    }
  }

  #stopped(cause: HeadwaterError): HeadwaterError {
    return new HeadwaterError(cause.code, `"${this.#options.file}" takes no more appends after a storage error: open it again`, {
      cause,
    })
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new HeadwaterError('closed', `the store "${this.#options.file}" is closed`)
  }
}

/** A transaction is there whole or not at all, so one event tells; all are needed for the answer. */
function storedOutcome(connection: Connection, { events }: PreparedBatch, failure: HeadwaterError): Outcome {
  const found = events.flatMap(({ id }) => findById(connection, id) ?? [])
  return found.length === events.length ? { status: 'fulfilled', value: found } : { status: 'rejected', reason: failure }
}
