import type { NewEvent, RecordedEvent } from './event.ts'
import type { Json } from './json.ts'

/**
 * What the writer expects of a stream: its exact version, `'none'` (no events yet), `'exists'` (at least one)
 * or `'any'` (no expectation). `-1` is the same as `'none'`.
 */
export type Expect = number | 'none' | 'exists' | 'any'

/** Events to append together, with an expectation for each of their streams. */
export interface Batch {
  /** In the order they take in the log; at most {@link Capabilities.maxBatch}, all with different ids, else `bad-data`. */
  readonly events: readonly NewEvent[]
  /** One entry for each stream of `events`; a stream without one, or one without events, is refused (`bad-data`). */
  readonly expect: Readonly<Record<string, Expect>>
  /** The commit's id, a lower-case UUID; it must also be each event's `metadata.commitId` (`bad-data`). */
  readonly commitId?: string
  /** The {@link ReplicaFacet.basis} the events were decided on; another one is a `VersionConflict`. Only replicas look at it. */
  readonly basis?: number
  /** The command that decided the events, kept by stores that may have to decide it again (replicas). */
  readonly command?: StoredCommand
}

/** A command as data: enough to run it again, with the same outcome on the same state. */
export interface StoredCommand {
  /** The aggregate's type. */
  readonly aggregate: string
  readonly stream: string
  readonly name: string
  readonly args: readonly Json[]
  /** The time the command was given, ISO 8601: running it again sees the same time. */
  readonly now: string
  /** The seed of its ids and randomness: running it again draws the same. */
  readonly seed: string
}

/** The most events one batch may hold, unless a store's {@link Capabilities.maxBatch} is less. */
export const MAX_BATCH = 5000

/** Which part of one stream to read. */
export interface StreamRange {
  /** Only versions above this one. Default -1: from the start. */
  readonly after?: number
  /** Only versions up to and including this one. Default: no end. */
  readonly upTo?: number
  /** Newest first. Default false. */
  readonly backwards?: boolean
  /** At most this many events, counted after the range is applied. Default: all. */
  readonly limit?: number
}

/** Which events of the whole log to read: an event must match every filter given. */
export interface Filter {
  /** Event types. */
  readonly types?: readonly string[]
  /** Aggregate types. */
  readonly categories?: readonly string[]
  /** Start of the stream name. */
  readonly prefix?: string
}

/** Which part of the whole log to read. The filter applies before the limit. */
export interface LogRange extends Filter {
  /** Only positions above this one. Default 0: from the start. */
  readonly after?: number
  /** Only positions up to and including this one. Default: no end. */
  readonly upTo?: number
  /** Newest first. Default false. */
  readonly backwards?: boolean
  /** At most this many events, counted after range and filter. Default: all. */
  readonly limit?: number
}

/** Where a subscription starts, what it gives, and what ends it. */
export interface SubscribeOptions extends Filter {
  /** Only positions above this one. Default 0: from the start. */
  readonly after?: number
  /** Aborting it ends the subscription quietly. */
  readonly signal?: AbortSignalLike
}

/**
 * One thing a subscription gives: an event, or the mark that everything up to `position` has been given.
 *
 * The mark comes when the subscription first has nothing left to catch up on, and again each time it has
 * given everything there is; its `position` also covers events that the filter left out.
 */
export type SubscriptionItem =
  | { readonly type: 'event'; readonly event: RecordedEvent }
  | { readonly type: 'caught-up'; readonly position: number }

/** What differs between stores that otherwise keep one contract. */
export interface Capabilities {
  /** Whether a batch may span several streams. Where false, such a batch is `not-supported`. */
  readonly multiStream: boolean
  /** How far an event id is known: in the whole store, or in its own stream only. */
  readonly idScope: 'store' | 'stream'
  /** Whether what `append` stored survives the end of the process. */
  readonly durable: boolean
  /** The most events one batch may hold, where that is less than {@link MAX_BATCH}: a replica takes what can be pushed at once. */
  readonly maxBatch?: number
}

/**
 * An append-only log of events, grouped in streams, with one total order.
 *
 * 1. `append` is all or nothing over all its streams. It checks every stream's expectation and writes in one atomic
 *    step, and returns every event with its version and position, in the order given. What is stored is a copy.
 * 2. A stale expectation rejects with `VersionConflict`; nothing is written and no position is visible.
 * 3. A batch appended again (same ids, same content, the same exact expectations) succeeds and returns the original
 *    versions and positions. An id with other content is `IdConflict`. With `'any'` and `'exists'`, and for ids
 *    across streams, this holds where `capabilities.idScope` is `'store'`.
 * 4. Batches do not interleave in the total order. A reader that has seen position p never later finds an event at
 *    or below p, under any concurrency.
 * 5. Appending no events succeeds and writes nothing. Reading an unknown stream gives nothing.
 * 6. Ranges: `after` is exclusive, `upTo` inclusive; filters apply before `limit`. A bound that is not an integer, or a
 *    negative `limit`, is `bad-data`. Reads come in pages: a long log is never held in memory as a whole. A read of the
 *    log ends with what was there when it began.
 * 7. `subscribe` gives what is there, then a caught-up mark, then what comes: in order, each event once, until the
 *    signal aborts. It does not skip an event committed by another connection, process or tab.
 * 8. An append is done, refused, or its outcome is unknown; unknown is resolved by reading before answering. After a
 *    storage error (`storage-full`, `storage-failed`) that store takes no more appends until it is opened again, so a
 *    later event is never stored before an earlier one.
 * 9. `close` twice is fine; any other use after it rejects with `closed`, and so does a read or subscription under way.
 *    What `capabilities` denies is `not-supported`, never done halfway.
 * 10. Names outside the grammar are `bad-name`, also in `readStream`; data that JSON cannot give back unchanged is
 *    `bad-data`. Both before anything is written.
 *
 * The conformance suite in `headwater/testing` has a case for each of these sentences.
 */
export interface EventStore {
  readonly capabilities: Capabilities

  append(batch: Batch): Promise<readonly RecordedEvent[]>

  /** The events of one stream, oldest first unless `backwards`. */
  readStream(stream: string, range?: StreamRange): AsyncIterable<RecordedEvent>

  /** The events of the whole store in the total order. */
  readAll(range?: LogRange): AsyncIterable<RecordedEvent>

  subscribe(options?: SubscribeOptions): AsyncIterable<SubscriptionItem>

  /** The position of the last event, 0 for an empty store. */
  head(): Promise<number>

  /** Present on a replica: a store whose log is reconciled with an authority. */
  readonly replica?: ReplicaFacet

  /** The random name this log was given when it was created: two logs with one name have one history. */
  logId(): Promise<string>

  close(): Promise<void>
}

/** The authority's answer to a commit. Events are as the authority stored them. */
export type Verdict =
  | { readonly outcome: 'confirmed' | 'adapted'; readonly events: readonly { readonly id: string; readonly position: number }[] }
  | { readonly outcome: 'superseded' }
  | { readonly outcome: 'refused'; readonly code: string; readonly message: string }

/** What a replica adds to the store contract, for the application above it. */
export interface ReplicaFacet {
  /** How often unconfirmed history was rewritten; a {@link Batch} decided on another count is refused. */
  basis(): Promise<number>
  /** Resolves once the authority has judged the commit, also after a restart; `not-found` for a commit it never had. */
  verdict(commitId: string): Promise<Verdict>
  /** Calls back after each change of what reads show, in this tab or another; returns what stops it. */
  onChange(listener: () => void): () => void
}

/** The part of an `AbortSignal` the core listens to. */
export interface AbortSignalLike {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}
