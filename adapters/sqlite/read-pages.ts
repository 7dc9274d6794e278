import { setImmediate } from 'node:timers/promises'
import type { LogRange, RecordedEvent, StreamRange } from '../../src/index.ts'
import type { Connection } from './connection.ts'
import type { EventRow } from './rows.ts'
import { checkStreamName, logBounds, matcher, streamBounds } from '../../src/index.ts'
import { EVENT_COLUMNS, rowEvent } from './rows.ts'
import { headPosition } from './write-group.ts'

const PAGE_ROWS = 500
// A filter may find nothing for long: a page looks at no more positions than this, so that it does not block for long.
const PAGE_POSITIONS = 20_000

/** Does something with the open connection; rejects with `closed` once the store is closed. */
export type UseConnection = <T>(action: (connection: Connection) => T) => Promise<T>

/**
 * The events of one stream, a page at a time: no statement stays open while the caller does something else,
 * because an open read keeps the write-ahead log from being tidied.
 */
export async function* readStreamPages(
  use: UseConnection,
  stream: string,
  range: StreamRange,
): AsyncGenerator<RecordedEvent, undefined> {
  checkStreamName(stream)
  const { after, upTo, backwards, limit } = streamBounds(range)
  const sql = `SELECT ${EVENT_COLUMNS} FROM headwater_events WHERE stream = ? AND version > ? AND version <= ?
    ORDER BY version ${backwards ? 'DESC' : 'ASC'} LIMIT ?`
  let low = after
  let high = upTo
  for (let given = 0; given < limit && low < high;) {
    const wanted = Math.min(PAGE_ROWS, limit - given)
    const events = await use((connection) =>
      (connection.statement(sql).all(stream, low, high, wanted) as EventRow[]).map(rowEvent),
    )
    const last = events.at(-1)
    // Not `yield*`: it takes several turns for each event.
    for (const event of events) yield event
    given += events.length
    if (last === undefined || events.length < wanted) break
    if (backwards) high = last.version - 1
    else low = last.version
    await setImmediate()
  }
  await use(() => undefined)
}

/** The events of the whole log that pass the filter, a page at a time, up to the head at its start. */
export async function* readLogPages(use: UseConnection, range: LogRange): AsyncGenerator<RecordedEvent, undefined> {
  const { after, upTo, backwards, limit } = logBounds(range)
  const { types, categories, prefix } = range
  const filtered = types !== undefined || categories !== undefined || prefix !== undefined
  const matches = matcher(range)
  const conditions = [
    ...(types === undefined ? [] : ['AND type IN (SELECT value FROM json_each(@types))']),
    // Lets a little too much through where a prefix looks like a stream; the matcher does not.
    ...(categories === undefined
      ? []
      : [
          "AND EXISTS (SELECT 1 FROM json_each(@categories) WHERE stream GLOB value || '-*' OR stream GLOB '*/' || value || '-*')",
        ]),
    ...(prefix === undefined ? [] : ['AND substr(stream, 1, length(@prefix)) = @prefix']),
  ]
  const sql = `SELECT ${EVENT_COLUMNS} FROM headwater_events WHERE position > @low AND position <= @high ${conditions.join(' ')}
    ORDER BY position ${backwards ? 'DESC' : 'ASC'} LIMIT @wanted`
  const filter = {
    ...(types && { types: JSON.stringify(types) }),
    ...(categories && { categories: JSON.stringify(categories) }),
    ...(prefix !== undefined && { prefix }),
  }
  const head = await use(headPosition)
  let low = Math.max(after, 0)
  let high = Math.min(upTo, head)
  for (let given = 0; given < limit && low < high;) {
    const window = filtered ? PAGE_POSITIONS : high - low
    const page = backwards ? { low: Math.max(low, high - window), high } : { low, high: Math.min(high, low + window) }
    const wanted = Math.min(PAGE_ROWS, limit - given)
    const params = { ...page, ...filter, wanted }
    const { events, last } = await use((connection) => {
      const rows = connection.statement(sql).all(params) as EventRow[]
      return { events: rows.filter(matches).map(rowEvent), last: rows.length < wanted ? undefined : rows.at(-1)?.position }
    })
    // Not `yield*`: it takes several turns for each event.
    for (const event of events) yield event
    given += events.length
    if (backwards) high = last === undefined ? page.low : last - 1
    else low = last ?? page.high
    await setImmediate()
  }
  await use(() => undefined)
}
