import type { ReplicaStorage, ReplicaTransaction, TransactionMode } from '../../src/sync/index.ts'
import type { NativeTransaction } from './connection.ts'
import { HeadwaterError, Listeners } from '../../src/index.ts'
import { Connection } from './connection.ts'
import { closedError, isDriverError, storageError } from './idb-errors.ts'
import { IdbTransaction } from './idb-transaction.ts'
import { Tabs } from './tabs.ts'

/** What {@link idbStorage} can be given. */
export interface IdbStorageOptions {
  /** All tabs of an origin that use one name share the records. The database is called `headwater:<name>`. */
  readonly name: string
  /** How long the browser may take to open the database, each of two times. Default 10,000. */
  readonly openTimeoutMs?: number
  /** Told when the database cannot be upgraded until another tab, with an older version of the app, is closed. */
  readonly onBlocked?: () => void
}

/**
 * A replica's storage in IndexedDB.
 *
 * It opens the database when first used, and again after the browser closed it. A failed transaction wrote nothing;
 * a full disk is `storage-full`; a database that a newer version of the app has upgraded is `store-newer`.
 */
export function idbStorage({ name, openTimeoutMs = 10_000, onBlocked = () => undefined }: IdbStorageOptions): ReplicaStorage {
  const shared = `headwater:${name}`
  const foreign = new Listeners()
  const connection = new Connection({ name, database: shared, openTimeoutMs, onBlocked })
  const tabs = new Tabs({ channel: shared, onForeign: () => foreign.notify(), onSuspend: () => connection.release() })
  const running = new Set<Promise<void>>()

  const run = async <T>(mode: TransactionMode, work: (transaction: ReplicaTransaction) => Promise<T>): Promise<T> => {
    const native = await connection.begin(mode)
    const transaction = new IdbTransaction(native, mode !== 'read')
    // Watched from the start: it may abort while `work` waits for something else.
    const ending = ended(native)
    let result: T
    try {
      result = await work(transaction)
    } catch (error) {
      throw await failure(native, ending, error)
    }
    if (mode === 'read') return result
    commit(native)
    const abortedBy = await ending
    if (abortedBy !== undefined) throw failed(abortedBy.error)
    if (transaction.wrote) tabs.announce()
    return result
  }

  const failure = async (native: NativeTransaction, ending: Promise<Aborted | undefined>, error: unknown): Promise<unknown> => {
    abort(native)
    const abortedBy = await ending
    if (abortedBy === undefined && native.mode !== 'readonly') {
      const what = `a transaction on replica storage "${name}" ended before its work, which awaited something foreign`
      return new HeadwaterError('storage-failed', what, { cause: error })
    }
    if (!isDriverError(error)) return error
    // What a request says is often only that the transaction aborted; the transaction knows why.
    return failed(native.error ?? error)
  }

  const failed = (error: unknown): HeadwaterError => {
    connection.release()
    return storageError(name, error)
  }

  return {
    name,
    durable: true,
    transact(mode, work) {
      if (connection.closed) return Promise.reject(closedError(name))
      const result = run(mode, work)
      const settled: Promise<void> = Promise.allSettled([result]).then(() => void running.delete(settled))
      running.add(settled)
      return result
    },
    onForeignCommit: (listener) => foreign.add(listener),
    async close() {
      const closing = connection.close()
      await Promise.all([closing, ...running])
      tabs.close()
    },
  }
}

interface Aborted {
  readonly error: unknown
}

/** Completion and abort are the only ends: that a request succeeded says nothing, and quota aborts without an error event. */
function ended(native: NativeTransaction): Promise<Aborted | undefined> {
  return native.done.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
}

/** Saves a turn of the event loop; a transaction that has ended by itself throws, and its end says how. */
function commit(native: NativeTransaction): void {
  try {
    native.commit()
  } catch {}
}

function abort(native: NativeTransaction): void {
  try {
    native.abort()
  } catch {}
}
