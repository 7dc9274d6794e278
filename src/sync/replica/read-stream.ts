import type { Bounds } from '../../filter.ts'
import type { RecordedEvent } from '../../event.ts'
import type { ReplicaStorage, StoredRecord } from './storage.ts'
import { chunkEventsOf, decodeAhead } from './records.ts'
import { confirmedEvents, pendingEvents } from './streams.ts'

const CHUNK_PAGE = 16

/**
 * One stream as this device sees it: confirmed events, then its own. Pages through confirmed history, which never
 * changes, and takes all that may change in the transaction that saw the history's end.
 */
export async function* readStream(storage: ReplicaStorage, stream: string, bounds: Bounds): AsyncGenerator<RecordedEvent> {
  let left = bounds.limit
  for await (const events of pages(storage, stream, bounds)) {
    for (const event of events) {
      if (event.version <= bounds.after || event.version > bounds.upTo) continue
      if (left-- <= 0) return
      yield event
    }
  }
}

function pages(storage: ReplicaStorage, stream: string, bounds: Bounds): AsyncGenerator<RecordedEvent[]> {
  if (bounds.backwards) return backwards(storage, stream)
  return bounds.after < 0 ? forwards(storage, stream) : since(storage, stream, bounds.after)
}

async function* forwards(storage: ReplicaStorage, stream: string): AsyncGenerator<RecordedEvent[]> {
  let after = 0
  for (let done = false; !done;) {
    const { chunks, rest } = await storage.transact('read', async (tx) => {
      const found = await tx.byStream('log', stream, { after, limit: CHUNK_PAGE })
      if (found.length === CHUNK_PAGE) return { chunks: found }
      const ahead = (await tx.byStream('ahead', stream)).map(decodeAhead)
      return { chunks: found, rest: [...ahead, ...(await pendingEvents(tx, stream))] }
    })
    for (const chunk of chunks) yield chunkEventsOf(chunk, stream)
    if (rest !== undefined) yield rest
    after = keyOf(chunks.at(-1))
    done = rest !== undefined
  }
}

async function* since(storage: ReplicaStorage, stream: string, after: number): AsyncGenerator<RecordedEvent[]> {
  yield await storage.transact('read', async (tx) => [
    ...(await confirmedEvents(tx, stream, after)),
    ...(await pendingEvents(tx, stream, after)),
  ])
}

async function* backwards(storage: ReplicaStorage, stream: string): AsyncGenerator<RecordedEvent[]> {
  const top = await storage.transact('read', async (tx) => {
    const ahead = (await tx.byStream('ahead', stream)).map(decodeAhead)
    const unconfirmed = [...ahead, ...(await pendingEvents(tx, stream))].reverse()
    return { unconfirmed, chunks: await tx.byStream('log', stream, { backwards: true, limit: 1 }) }
  })
  yield top.unconfirmed
  let chunks = top.chunks
  while (chunks.length > 0) {
    for (const chunk of chunks) yield chunkEventsOf(chunk, stream).reverse()
    const upTo = keyOf(chunks.at(-1)) - 1
    chunks = await storage.transact('read', (tx) => tx.byStream('log', stream, { upTo, backwards: true, limit: CHUNK_PAGE }))
  }
}

function keyOf(record: StoredRecord | undefined): number {
  return typeof record?.key === 'number' ? record.key : 0
}
