/**
 * The kinds of records a replica keeps:
 *
 * - `meta`: one record, the replica's own state (ids, cursors, counters);
 * - `log`: confirmed events, in chunks as they came from the authority; key: the chunk's last position;
 * - `ahead`: events the authority is known to hold above the cursor; key: their position;
 * - `pending`: commits the authority has not judged yet; key: their place in the local order;
 * - `receipts`: verdicts; key: the commit's id;
 * - `inbox`: refused commits waiting for a decision; key: the commit's id.
 */
export const SPACES = ['meta', 'log', 'ahead', 'pending', 'receipts', 'inbox'] as const

export type Space = (typeof SPACES)[number]

/** The spaces whose records can be found by stream. */
export const STREAM_SPACES = ['log', 'ahead', 'pending'] as const

export type StreamSpace = (typeof STREAM_SPACES)[number]

/** The keys of one space are all numbers, or all strings of ASCII: adapters order others differently. */
export type RecordKey = number | string

/** One record: text the adapter does not look into, and the streams it can be found by. */
export interface StoredRecord {
  readonly key: RecordKey
  /** Distinct labels, stream names among them; only in a {@link StreamSpace}. */
  readonly streams?: readonly string[]
  readonly value: string
}

/** Which records of a space, in the order of their keys. */
export interface RecordRange {
  /** Only keys above this one. */
  readonly after?: RecordKey
  /** Only keys up to and including this one. */
  readonly upTo?: RecordKey
  /** Highest key first. */
  readonly backwards?: boolean
  readonly limit?: number
}

/** What can be done inside a transaction. It sees its own writes. */
export interface ReplicaTransaction {
  get(space: Space, key: RecordKey): Promise<StoredRecord | undefined>
  range(space: Space, range?: RecordRange): Promise<readonly StoredRecord[]>
  /** The records that carry this stream's name, in the order of their keys. */
  byStream(space: StreamSpace, stream: string, range?: RecordRange): Promise<readonly StoredRecord[]>
  count(space: Space): Promise<number>
  /** Writes a record, in place of the one with that key. */
  put(space: Space, record: StoredRecord): void
  delete(space: Space, key: RecordKey): void
}

/**
 * How a transaction is kept: `read` writes nothing; `durable` has reached the disk, as far as the host can tell, when
 * it resolves; `relaxed` is as atomic, and may be lost with the power: for what the authority still has.
 */
export type TransactionMode = 'read' | 'durable' | 'relaxed'

/**
 * Where a replica keeps its records: a small transactional store that adapters implement.
 *
 * - `transact` runs `work` in one transaction: all of its writes are stored, or, when it or the storage fails, none.
 *   Write transactions run one after another, also across connections, tabs and processes on the same storage; what a
 *   transaction reads does not change while it runs. `work` may await nothing but the transaction's own promises and
 *   values already there, and its writes may be handed to the storage in any order before it resolves.
 * - A failure of the storage is `storage-full` or `storage-failed` with the driver's error as `cause`, or `closed`
 *   after `close`. When its outcome is not known the adapter says `storage-failed` and must be opened again.
 * - `onForeignCommit` calls back, soon, after another connection to the same storage committed a write; now and then
 *   without one.
 * - `close` twice is fine.
 */
export interface ReplicaStorage {
  /** What the storage is called: connections with one name share their records and their leader. */
  readonly name: string
  /** Whether what was stored survives the end of the process. */
  readonly durable: boolean
  transact<T>(mode: TransactionMode, work: (transaction: ReplicaTransaction) => Promise<T>): Promise<T>
  onForeignCommit(listener: () => void): () => void
  close(): Promise<void>
}
