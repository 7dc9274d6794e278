import type { Bounds } from '../../filter.ts'
import type { Cursor } from './meta.ts'
import type { RecordedEvent } from '../../event.ts'
import type { RecordRange, ReplicaStorage } from './storage.ts'
import { MAX_BATCH } from '../../store.ts'
import { chunkEvents, decodePending, prefixLabel, PROVISIONAL, provisional } from './records.ts'

const CHUNK_PAGE = 4
const PENDING_PAGE = 500

/** The confirmed log of a replica in the authority's order, from all that it follows. */
export function readConfirmed(
  storage: ReplicaStorage,
  cursors: readonly Cursor[],
  bounds: Bounds,
): AsyncGenerator<RecordedEvent> {
  if (cursors.length === 1) return chunks(storage, undefined, bounds)
  return merged(
    cursors.map(({ prefix }) => chunks(storage, prefixLabel(prefix), bounds)),
    bounds.backwards,
  )
}

/** The local log of a replica that never met an authority: all of it pending, in local order. */
export async function* readUnconfirmed(
  storage: ReplicaStorage,
  { after, upTo, backwards }: Bounds,
): AsyncGenerator<RecordedEvent> {
  const inBounds = ({ position }: RecordedEvent): boolean => position > after && position <= upTo
  // A commit is found by its first event, and may reach past either bound.
  let range: RecordRange = { after: after - PROVISIONAL - MAX_BATCH, upTo: upTo - PROVISIONAL }
  for (;;) {
    const page = await storage.transact('read', (tx) => tx.range('pending', { ...range, backwards, limit: PENDING_PAGE }))
    for (const record of page) {
      const events = provisional(decodePending(record)).filter(inBounds)
      yield* backwards ? events.reverse() : events
    }
    const last = page.at(-1)
    if (last === undefined || typeof last.key !== 'number') return
    range = backwards ? { ...range, upTo: last.key - 1 } : { ...range, after: last.key }
  }
}

/** The events of all chunks, or of those with a label. The chunks that one prefix brought never overlap. */
async function* chunks(
  storage: ReplicaStorage,
  label: string | undefined,
  { after, upTo, backwards }: Bounds,
): AsyncGenerator<RecordedEvent> {
  let range: RecordRange = { after }
  for (;;) {
    const page = await storage.transact('read', (tx) => {
      const wanted = { ...range, backwards, limit: CHUNK_PAGE }
      return label === undefined ? tx.range('log', wanted) : tx.byStream('log', label, wanted)
    })
    for (const chunk of page) {
      const events = chunkEvents(chunk)
      for (const event of backwards ? events.reverse() : events) {
        if (event.position > after && event.position <= upTo) yield event
        else if (!backwards && event.position > upTo) return
      }
    }
    const last = page.at(-1)
    if (last === undefined || typeof last.key !== 'number') return
    range = backwards ? { ...range, upTo: last.key - 1 } : { ...range, after: last.key }
  }
}

async function* merged(logs: AsyncGenerator<RecordedEvent>[], backwards: boolean): AsyncGenerator<RecordedEvent> {
  const heads = await Promise.all(logs.map((log) => log.next()))
  for (;;) {
    let best = -1
    heads.forEach((head, i) => {
      const least = heads[best]
      if (head.done === true) return
      if (least === undefined || least.done === true || head.value.position < least.value.position !== backwards) best = i
    })
    const head = heads[best]
    const log = logs[best]
    if (head === undefined || head.done === true || log === undefined) return
    yield head.value
    heads[best] = await log.next()
  }
}
