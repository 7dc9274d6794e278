import type { RecordedEvent } from '../../event.ts'
import type { ReplicaTransaction, StoredRecord, StreamSpace } from './storage.ts'
import { chunkEventsOf, decodeAhead, decodePending, lastChunkEventOf, provisional } from './records.ts'

/** How many chunks of one stream are looked at in one go. */
const CHUNK_PAGE = 16

/** The version of a stream as far as the authority is known to hold it; -1 without events. */
export async function confirmedVersion(tx: ReplicaTransaction, stream: string): Promise<number> {
  const [ahead] = await tx.byStream('ahead', stream, { backwards: true, limit: 1 })
  if (ahead !== undefined) return decodeAhead(ahead).version
  const [chunk] = await tx.byStream('log', stream, { backwards: true, limit: 1 })
  return chunk === undefined ? -1 : (lastChunkEventOf(chunk, stream)?.version ?? -1)
}

/** How far a stream goes: by what the authority is known to hold, and with what this device did on top. */
export interface StreamVersions {
  readonly confirmed: number
  readonly local: number
}

/** The versions of a stream; -1 without events. */
export async function streamVersions(tx: ReplicaTransaction, stream: string): Promise<StreamVersions> {
  for await (const record of records(tx, 'pending', stream, { backwards: true })) {
    const last = provisional(decodePending(record)).findLast((event) => event.stream === stream)
    if (last !== undefined) return { confirmed: await belowPending(tx, stream), local: last.version }
  }
  const confirmed = await confirmedVersion(tx, stream)
  return { confirmed, local: confirmed }
}

/** The lane's first commit tells where it starts; without a look at the log, unless it is held. */
async function belowPending(tx: ReplicaTransaction, stream: string): Promise<number> {
  const [head] = (await tx.byStream('pending', stream, { limit: 1 })).flatMap((record) => provisional(decodePending(record)))
  return head?.stream === stream ? head.version - 1 : confirmedVersion(tx, stream)
}

/** What the authority is known to hold of a stream above a version, in order. */
export async function confirmedEvents(tx: ReplicaTransaction, stream: string, after: number): Promise<RecordedEvent[]> {
  const parts: RecordedEvent[][] = []
  for await (const chunk of records(tx, 'log', stream, { backwards: true })) {
    const events = chunkEventsOf(chunk, stream).filter(({ version }) => version > after)
    parts.push(events)
    if ((events[0]?.version ?? 0) <= after + 1) break
  }
  const log = parts.reverse().flat()
  const above = log.at(-1)?.version ?? after
  const ahead = (await tx.byStream('ahead', stream)).map(decodeAhead)
  return [...log, ...ahead.filter(({ version }) => version > above)]
}

/** What this device did on a stream above a version, and the authority has not judged; in order, at provisional positions. */
export async function pendingEvents(tx: ReplicaTransaction, stream: string, after = -1): Promise<RecordedEvent[]> {
  const shown = (record: StoredRecord): RecordedEvent[] =>
    provisional(decodePending(record)).filter((event) => event.stream === stream)
  if (after < 0) return (await tx.byStream('pending', stream)).flatMap(shown)
  // From the newest back: most of a long lane is of no interest.
  const parts: RecordedEvent[][] = []
  for await (const record of records(tx, 'pending', stream, { backwards: true })) {
    const events = shown(record)
    parts.push(events.filter(({ version }) => version > after))
    if (events.some(({ version }) => version <= after)) break
  }
  return parts.reverse().flat()
}

/** The records of one stream, fetched a page at a time. */
export async function* records(
  tx: ReplicaTransaction,
  space: StreamSpace,
  stream: string,
  { backwards = false }: { readonly backwards?: boolean } = {},
): AsyncGenerator<StoredRecord> {
  let page = await tx.byStream(space, stream, { backwards, limit: backwards ? 1 : CHUNK_PAGE })
  for (;;) {
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    const rest = backwards
      ? await beforeKey(tx, space, stream, last)
      : await tx.byStream(space, stream, { after: last.key, limit: CHUNK_PAGE })
    page = rest
  }
}

async function beforeKey(
  tx: ReplicaTransaction,
  space: StreamSpace,
  stream: string,
  last: StoredRecord,
): Promise<readonly StoredRecord[]> {
  if (typeof last.key !== 'number') return []
  return tx.byStream(space, stream, { upTo: last.key - 1, backwards: true, limit: CHUNK_PAGE })
}
