import type { RecordKey, RecordRange, ReplicaTransaction, Space, StoredRecord, StreamSpace } from '../../src/sync/index.ts'
import type { Connection } from './connection.ts'
import type { SqliteStatement } from './driver.ts'
import { HeadwaterError } from '../../src/index.ts'
import { hasStreams, recordsTable, streamsTable } from './replica-tables.ts'
import { translate } from './sqlite-errors.ts'

interface Row {
  readonly key: RecordKey
  readonly streams: string | null
  readonly value: string
}

/** A replica's transaction on a connection that is inside one of SQLite's. */
export class SqliteReplicaTransaction implements ReplicaTransaction {
  readonly #connection: Connection
  readonly #file: string
  readonly #write: boolean
  #stop: HeadwaterError | undefined

  constructor(connection: Connection, file: string, write: boolean) {
    this.#connection = connection
    this.#file = file
    this.#write = write
  }

  /** Why nothing more can be done in it; some errors make SQLite roll back, and what came after would stand alone. */
  get failure(): HeadwaterError | undefined {
    return this.#stop
  }

  /** From now on its methods fail: outside the transaction each would be one of its own. */
  end(): void {
    this.#stop ??= new HeadwaterError('storage-failed', `a transaction on "${this.#file}" was used after it had ended`)
  }

  async get(space: Space, key: RecordKey): Promise<StoredRecord | undefined> {
    const row = this.#do(`SELECT key, streams, value FROM ${recordsTable(space)} WHERE key = ?`, (found) => found.get(key))
    return row === undefined ? undefined : toRecord(row)
  }

  async range(space: Space, range: RecordRange = {}): Promise<readonly StoredRecord[]> {
    return this.#select(`SELECT r.key, r.streams, r.value FROM ${recordsTable(space)} r WHERE true`, 'r.key', [], range)
  }

  async byStream(space: StreamSpace, stream: string, range: RecordRange = {}): Promise<readonly StoredRecord[]> {
    const joined = `${streamsTable(space)} s CROSS JOIN ${recordsTable(space)} r ON r.key = s.key`
    return this.#select(`SELECT r.key, r.streams, r.value FROM ${joined} WHERE s.stream = ?`, 's.key', [stream], range)
  }

  async count(space: Space): Promise<number> {
    const row = this.#do(`SELECT count(*) AS count FROM ${recordsTable(space)}`, (found) => found.get())
    return (row as { readonly count: number }).count
  }

  put(space: Space, { key, streams, value }: StoredRecord): void {
    this.#checkWrite(space)
    if (hasStreams(space)) this.#deleteStreams(space, key)
    const labels = streams === undefined ? null : JSON.stringify(streams)
    this.#do(`REPLACE INTO ${recordsTable(space)} (key, streams, value) VALUES (?, ?, ?)`, (put) => put.run(key, labels, value))
    if (labels === null || !hasStreams(space)) return
    // One statement for a thousand labels: running one for each takes several times as long.
    const insert = `INSERT OR IGNORE INTO ${streamsTable(space)} (stream, key) SELECT value, ? FROM json_each(?)`
    this.#do(insert, (put) => put.run(key, labels))
  }

  delete(space: Space, key: RecordKey): void {
    this.#checkWrite(space)
    if (hasStreams(space)) this.#deleteStreams(space, key)
    this.#do(`DELETE FROM ${recordsTable(space)} WHERE key = ?`, (gone) => gone.run(key))
  }

  #deleteStreams(space: Space, key: RecordKey): void {
    // json_each has columns called key and value too.
    const labels = `SELECT j.value FROM ${recordsTable(space)} r, json_each(r.streams) j WHERE r.key = ?`
    this.#do(`DELETE FROM ${streamsTable(space)} WHERE key = ? AND stream IN (${labels})`, (gone) => gone.run(key, key))
  }

  #select(sql: string, column: string, params: readonly unknown[], range: RecordRange): readonly StoredRecord[] {
    const { after, upTo, backwards = false, limit = -1 } = range
    const from = after === undefined ? '' : ` AND ${column} > ?`
    const to = upTo === undefined ? '' : ` AND ${column} <= ?`
    const text = `${sql}${from}${to} ORDER BY ${column}${backwards ? ' DESC' : ''} LIMIT ?`
    const bounds = [after, upTo].filter((bound) => bound !== undefined)
    return this.#do(text, (found) => found.all(...params, ...bounds, limit)).map(toRecord)
  }

  #checkWrite(space: Space): void {
    if (!this.#write) throw new HeadwaterError('not-supported', `a read transaction cannot write to "${space}"`)
  }

  #do<T>(sql: string, action: (statement: SqliteStatement) => T): T {
    if (this.#stop !== undefined) throw this.#stop
    try {
      return action(this.#connection.statement(sql))
    } catch (error) {
      throw (this.#stop = translate(error, this.#file))
    }
  }
}

function toRecord(row: unknown): StoredRecord {
  const { key, streams, value } = row as Row
  return streams === null ? { key, value } : { key, streams: JSON.parse(streams) as string[], value }
}
