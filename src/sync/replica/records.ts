import type { RecordedEvent, StreamEvent } from '../../event.ts'
import type { StoredCommand, Verdict } from '../../store.ts'
import type { StoredRecord } from './storage.ts'

/**
 * Positions of events that no authority has placed yet start here, above every position an authority gives, so that
 * a local order never mixes with the authority's.
 */
export const PROVISIONAL: number = 2 ** 52

/** A commit the authority has not judged. */
export interface PendingCommit {
  readonly id: string
  /** Its place in the local order: that of its first event. */
  readonly seq: number
  readonly streams: readonly string[]
  /** What it was last decided to be; not shown, nor pushed, while it is held. */
  readonly events: readonly StreamEvent[]
  readonly command?: StoredCommand
  /** For each stream, how much of it was confirmed when the commit was first decided. */
  readonly basedOn: readonly (readonly [stream: string, version: number])[]
  /** Whether a rebase changed its events. */
  readonly adapted: boolean
  /** Why it cannot be decided or pushed yet; absent when it can. */
  readonly held?: string
  /** Those of its events that the log has brought: the authority took the commit, `events` are the ones still to come. */
  readonly placed?: readonly Placed[]
}

/** Where the authority put an event. */
export interface Placed {
  readonly id: string
  readonly position: number
}

/** A refused commit, kept until somebody decides what becomes of it. */
export interface InboxEntry {
  readonly commitId: string
  readonly seq: number
  readonly command?: StoredCommand
  readonly events: readonly StreamEvent[]
  /** The code and words of the refusal. */
  readonly code: string
  readonly message: string
  /**
   * The confirmed state of its stream when it was first decided, without this device's other work that was pending then,
   * and the one it was refused on; where there is one stream, and the aggregate is known.
   */
  readonly before?: unknown
  readonly now?: unknown
}

/** The label of pending commits that are held; no stream can be named like it. */
export const HELD = '!held'

export function encodePending(commit: PendingCommit): StoredRecord {
  const streams = commit.held === undefined ? commit.streams : [...commit.streams, HELD]
  return { key: commit.seq, streams, value: JSON.stringify(commit) }
}

export function decodePending(record: StoredRecord): PendingCommit {
  return JSON.parse(record.value) as PendingCommit
}

/** The version that a commit's first event on a stream has; -1 when it has none there. */
export function firstVersion({ events }: PendingCommit, stream: string): number {
  return events.find((event) => event.stream === stream)?.version ?? -1
}

/** A commit's events as they are pushed: each names its commit, also where it was appended without a name. */
export function namedEvents({ id, events }: PendingCommit): readonly StreamEvent[] {
  return events.map((event) =>
    event.metadata.commitId === id ? event : { ...event, metadata: { ...event.metadata, commitId: id } },
  )
}

/** What shows of a pending commit: its events at their provisional positions, nothing while it is held. */
export function provisional(commit: PendingCommit): RecordedEvent[] {
  if (commit.held !== undefined) return []
  return commit.events.map((event, i) => ({ ...event, position: PROVISIONAL + commit.seq + i }))
}

export function encodeAhead(event: RecordedEvent): StoredRecord {
  return { key: event.position, streams: [event.stream], value: JSON.stringify(event) }
}

export function decodeAhead(record: StoredRecord): RecordedEvent {
  return JSON.parse(record.value) as RecordedEvent
}

export function encodeReceipt(commitId: string, verdict: Verdict): StoredRecord {
  return { key: commitId, value: JSON.stringify(verdict) }
}

export function encodeInbox(entry: InboxEntry): StoredRecord {
  return { key: entry.commitId, value: JSON.stringify(entry) }
}

/** The label of the chunks that a subscription brought; no stream can be named like it. */
export function prefixLabel(prefix: string): string {
  return `>${prefix}`
}

/**
 * A chunk of confirmed events: one line of JSON each, the stream first, so that one stream's events are found without
 * parsing the others. JSON text has no raw line breaks, and stream names need no escapes.
 */
export function encodeChunk(prefix: string, events: readonly RecordedEvent[]): StoredRecord {
  const streams = new Set<string>([prefixLabel(prefix)])
  let value = ''
  let key = 0
  for (const { stream, version, position, id, type, data, metadata } of events) {
    streams.add(stream)
    key = position
    value += `\n{"stream":"${stream}",${JSON.stringify({ version, position, id, type, data, metadata }).slice(1)}`
  }
  return { key, streams: [...streams], value }
}

/** All events of a chunk. */
export function chunkEvents({ value }: StoredRecord): RecordedEvent[] {
  return JSON.parse(`[${value.slice(1).replaceAll('\n', ',')}]`) as RecordedEvent[]
}

/** One stream's events of a chunk. */
export function chunkEventsOf({ value }: StoredRecord, stream: string): RecordedEvent[] {
  const events: RecordedEvent[] = []
  const start = lineStart(stream)
  for (let at = value.indexOf(start); at >= 0; at = value.indexOf(start, at + start.length)) events.push(lineAt(value, at))
  return events
}

/** One stream's last event of a chunk. */
export function lastChunkEventOf({ value }: StoredRecord, stream: string): RecordedEvent | undefined {
  const at = value.lastIndexOf(lineStart(stream))
  return at < 0 ? undefined : lineAt(value, at)
}

function lineStart(stream: string): string {
  return `\n{"stream":"${stream}",`
}

function lineAt(value: string, at: number): RecordedEvent {
  const end = value.indexOf('\n', at + 1)
  return JSON.parse(value.slice(at + 1, end < 0 ? undefined : end)) as RecordedEvent
}
