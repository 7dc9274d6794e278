import type { IDBPDatabase, IDBPTransaction } from 'idb'
import type { TransactionMode } from '../../src/sync/index.ts'
import { openDB } from 'idb'
import { HeadwaterError } from '../../src/index.ts'
import { closedError, storageError } from './idb-errors.ts'
import { SCHEMA_VERSION, STORES, createStores } from './schema.ts'

/** A transaction of the database over all spaces. */
export type NativeTransaction = IDBPTransaction<unknown, string[], IDBTransactionMode>

/** How a connection opens its database. */
export interface ConnectionOptions {
  readonly name: string
  readonly database: string
  readonly openTimeoutMs: number
  readonly onBlocked: () => void
}

/**
 * The database handle: opened when first needed, and again whenever the browser has taken it away.
 *
 * A handle is dropped at the first sign of trouble, because one that has failed once often fails for ever (WebKit
 * 197050, 201483), and when another tab wants to upgrade or delete the database.
 */
export class Connection {
  readonly #options: ConnectionOptions
  #opening: Promise<IDBPDatabase> | undefined
  #handle: IDBPDatabase | undefined
  #closed = false

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  get closed(): boolean {
    return this.#closed
  }

  async begin(mode: TransactionMode): Promise<NativeTransaction> {
    for (let attempt = 1; ; attempt += 1) {
      const handle = await this.#open()
      if (this.#closed) throw closedError(this.#options.name)
      try {
        return handle.transaction([...STORES], mode === 'read' ? 'readonly' : 'readwrite', {
          durability: mode === 'durable' ? 'strict' : 'relaxed',
        })
      } catch (error) {
        // Thrown before anything was queued: the one failure after which trying again is surely safe.
        this.#drop(handle)
        if (attempt === 2) throw storageError(this.#options.name, error)
      }
    }
  }

  /** Lets the handle go, after the transactions that run on it; the next one opens another. */
  release(): void {
    if (this.#handle !== undefined) this.#drop(this.#handle)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#opening?.catch(() => undefined)
    this.release()
  }

  #open(): Promise<IDBPDatabase> {
    if (this.#closed) return Promise.reject(closedError(this.#options.name))
    this.#opening ??= this.#openTwice()
    return this.#opening
  }

  async #openTwice(): Promise<IDBPDatabase> {
    try {
      // Safari's open can hang, and fail for a moment after the device woke up.
      const handle = await this.#attempt().catch((error: unknown) => (isFinal(error) ? Promise.reject(error) : this.#attempt()))
      this.#handle = handle
      return handle
    } catch (error) {
      this.#opening = undefined
      throw storageError(this.#options.name, error)
    }
  }

  #attempt(): Promise<IDBPDatabase> {
    const { name, database, openTimeoutMs, onBlocked } = this.#options
    if (typeof indexedDB === 'undefined') {
      return Promise.reject(
        new HeadwaterError('not-supported', `replica storage "${name}" needs IndexedDB, and there is none here`),
      )
    }
    return new Promise((resolve, reject) => {
      let handle: IDBPDatabase | undefined
      let late = false
      let blocked = false
      const drop = (): void => void (handle !== undefined && this.#drop(handle))
      const timer = setTimeout(() => {
        late = true
        const why = blocked ? ': another tab holds an older version open' : ''
        reject(new HeadwaterError('storage-failed', `replica storage "${name}" did not open within ${openTimeoutMs} ms${why}`))
      }, openTimeoutMs)
      openDB(database, SCHEMA_VERSION, {
        upgrade: (db) => createStores(db),
        blocked: () => {
          blocked = true
          onBlocked()
        },
        blocking: drop,
        terminated: drop,
      })
        .then((db) => {
          handle = db
          if (late) db.close()
          else resolve(db)
        }, reject)
        .finally(() => clearTimeout(timer))
    })
  }

  #drop(handle: IDBPDatabase): void {
    if (this.#handle === handle) {
      this.#handle = undefined
      this.#opening = undefined
    }
    // Running transactions still finish.
    handle.close()
  }
}

function isFinal(error: unknown): boolean {
  if (error instanceof HeadwaterError) return error.code === 'not-supported'
  return error instanceof DOMException && ['VersionError', 'QuotaExceededError', 'SecurityError'].includes(error.name)
}
