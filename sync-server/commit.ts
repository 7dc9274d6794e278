import type { NewEvent, RecordedEvent, StreamEvent } from '../src/event.ts'
import type { JsonObject } from '../src/json.ts'
import type { Batch, EventStore } from '../src/store.ts'
import type { WireCommit } from '../src/sync/protocol/messages.ts'
import { sameJson } from '../src/json.ts'

/** A stream of a commit: the version it is expected at, and how many events it is to get. */
export interface Extent {
  readonly expected: number
  readonly count: number
}

/** What is wrong with a commit in itself, whatever is stored. */
export function commitProblem(commit: WireCommit): string | undefined {
  if (commit.events.length === 0) return 'a commit has at least one event'
  const next = new Map<string, number>()
  for (const { id, stream, version, metadata } of commit.events) {
    if (metadata.commitId !== commit.id) return `event ${id}: metadata.commitId is not the commit's id`
    const expected = next.get(stream) ?? version
    if (version !== expected) return `event ${id}: version ${version} of stream "${stream}", expected ${expected}`
    next.set(stream, version + 1)
  }
  return undefined
}

/** The streams of a commit in the order of their first events. */
export function extents(events: readonly StreamEvent[]): ReadonlyMap<string, Extent> {
  const streams = new Map<string, Extent>()
  for (const { stream, version } of events) {
    const extent = streams.get(stream)
    streams.set(stream, extent ? { ...extent, count: extent.count + 1 } : { expected: version - 1, count: 1 })
  }
  return streams
}

/** The commit with the author the server knows in place of the one it was given. */
export function stamped(commit: WireCommit, actor: string | undefined): WireCommit {
  const events = commit.events.map((event) => {
    const { actor: _claimed, ...metadata } = event.metadata
    return { ...event, metadata: actor === undefined ? metadata : { ...metadata, actor } }
  })
  return { id: commit.id, events }
}

/** The batch that stores events at exactly their versions. */
export function exactBatch(events: readonly StreamEvent[]): Batch {
  return {
    events: events.map(({ id, stream, type, data, metadata }): NewEvent => ({ id, stream, type, data, metadata })),
    expect: Object.fromEntries([...extents(events)].map(([stream, { expected }]) => [stream, expected])),
  }
}

/**
 * The events of this very commit when they are stored at their versions; `undefined` when any is not.
 *
 * The author may differ: a server with other settings may have stamped it.
 */
export async function findStored(
  commit: WireCommit,
  store: Pick<EventStore, 'readStream'>,
): Promise<readonly RecordedEvent[] | undefined> {
  const found = new Map<string, RecordedEvent>()
  for (const [stream, { expected, count }] of extents(commit.events)) {
    for await (const event of store.readStream(stream, { after: expected, limit: count })) found.set(event.id, event)
  }
  const stored: RecordedEvent[] = []
  for (const event of commit.events) {
    const match = found.get(event.id)
    if (match === undefined || !sameEvent(event, match)) return undefined
    stored.push(match)
  }
  return stored
}

function sameEvent(event: StreamEvent, stored: StreamEvent): boolean {
  if (event.stream !== stored.stream || event.version !== stored.version || event.type !== stored.type) return false
  return sameJson(event.data, stored.data) && sameJson(withoutActor(event), withoutActor(stored))
}

function withoutActor({ metadata }: StreamEvent): JsonObject {
  const { actor: _actor, ...rest } = metadata
  return rest as JsonObject
}
