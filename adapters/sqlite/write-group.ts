import type { PreparedBatch, RecordedEvent } from '../../src/index.ts'
import type { Connection } from './connection.ts'
import type { EventRow } from './rows.ts'
import { HeadwaterError, judgeAppend, meets, recordedEvent } from '../../src/index.ts'
import { EVENT_COLUMNS, idBytes, rowEvent } from './rows.ts'
import { sqliteCode } from './sqlite-errors.ts'

/** What became of one batch of a group: its events, or why it was refused. */
export type Outcome =
  | { readonly status: 'fulfilled'; readonly value: readonly RecordedEvent[] }
  | { readonly status: 'rejected'; readonly reason: unknown }

/**
 * Writes batches in one transaction, begun IMMEDIATE so that checks and writes are one step; each is decided by itself.
 *
 * Throws the driver's error when the transaction was not committed, or perhaps not: then no outcome stands.
 */
export function writeGroup(connection: Connection, batches: readonly PreparedBatch[]): readonly Outcome[] {
  try {
    return transact(connection, () => decideAll(connection, batches, false))
  } catch (error) {
    // An id was there already. Looking each one up beforehand costs every append; starting over costs only this one.
    if (sqliteCode(error) !== 'SQLITE_CONSTRAINT_UNIQUE') throw error
    return transact(connection, () => decideAll(connection, batches, true))
  }
}

/** The stored event of that id. */
export function findById(connection: Connection, id: string): RecordedEvent | undefined {
  const sql = `SELECT ${EVENT_COLUMNS} FROM headwater_events WHERE id = ?`
  const row = connection.statement(sql).get(idBytes(id)) as EventRow | undefined
  return row && rowEvent(row)
}

export function headPosition(connection: Connection): number {
  const row = connection.statement('SELECT max(position) AS head FROM headwater_events').get() as { readonly head: number | null }
  return row.head ?? 0
}

function transact<T>(connection: Connection, work: () => T): T {
  connection.statement('BEGIN IMMEDIATE').run()
  try {
    const result = work()
    connection.statement('COMMIT').run()
    return result
  } catch (error) {
    // A rollback that fails as well changes nothing: the file is closed and read again after this error.
    if (connection.db.inTransaction) connection.statement('ROLLBACK').run()
    throw error
  }
}

function decideAll(connection: Connection, batches: readonly PreparedBatch[], lookUpIds: boolean): readonly Outcome[] {
  let next = headPosition(connection) + 1
  return batches.map((batch): Outcome => {
    const versions = new Map<string, number>()
    for (const stream of batch.expect.keys()) versions.set(stream, streamVersion(connection, stream))
    const versionOf = (stream: string): number => versions.get(stream) ?? -1
    const asExpected = [...batch.expect].every(([stream, expected]) => meets(expected, versionOf(stream)))
    if (lookUpIds || !asExpected) {
      try {
        const known = judgeAppend(batch, versionOf, (id) => findById(connection, id))
        if (known !== undefined) return { status: 'fulfilled', value: known }
      } catch (reason) {
        if (reason instanceof HeadwaterError) return { status: 'rejected', reason }
        throw reason
      }
    }
    const value = insert(connection, batch, versions, next)
    next += value.length
    return { status: 'fulfilled', value }
  })
}

function insert(
  connection: Connection,
  batch: PreparedBatch,
  versions: Map<string, number>,
  firstPosition: number,
): readonly RecordedEvent[] {
  const { events } = batch
  const recorded: RecordedEvent[] = []
  while (recorded.length < events.length) {
    const rows = events.length - recorded.length < ROWS_AT_ONCE ? 1 : ROWS_AT_ONCE
    const values: unknown[] = []
    for (const event of events.slice(recorded.length, recorded.length + rows)) {
      const version = (versions.get(event.stream) ?? -1) + 1
      versions.set(event.stream, version)
      const position = firstPosition + recorded.length
      values.push(position, event.stream, version, event.type, idBytes(event.id), event.payload)
      recorded.push(recordedEvent(event, version, position))
    }
    connection.statement(rows === 1 ? INSERT_ONE : INSERT_MANY).run(...values)
  }
  return recorded
}

/** Statements cost more than rows: ten rows in one are written in seven eighths of the time; more gain nothing. */
const ROWS_AT_ONCE = 10
const ROW = '(?, ?, ?, ?, ?, ?)'
const INSERT_ONE = `INSERT INTO headwater_events (${EVENT_COLUMNS}) VALUES ${ROW}`
const INSERT_MANY = `${INSERT_ONE}${`, ${ROW}`.repeat(ROWS_AT_ONCE - 1)}`

function streamVersion(connection: Connection, stream: string): number {
  const sql = 'SELECT max(version) AS version FROM headwater_events WHERE stream = ?'
  return (connection.statement(sql).get(stream) as { readonly version: number | null }).version ?? -1
}
