import type { RecordedEvent } from '../src/event.ts'
import type { EventStore } from '../src/store.ts'
import type { PushResult, WireCommit } from '../src/sync/protocol/messages.ts'
import { extents } from './commit.ts'

type Conflict = Extract<PushResult, { outcome: 'conflict' }>
type Standing = Conflict['streams'][number]

const MAX_EVENTS = 500

/** What the conflicts of one push may add up to: its answer is one message. */
export class ReplyBudget {
  #events = 5000
  #chars = 512 * 1024
  #used = false

  /** Whether this event goes in as well; the first always does, however large. */
  take(event: RecordedEvent): boolean {
    const chars = JSON.stringify(event).length
    if (this.#used && (this.#events < 1 || this.#chars < chars)) return false
    this.#used = true
    this.#events--
    this.#chars -= chars
    return true
  }
}

/**
 * Where the streams of a commit are, and what they hold above what it expects, as far as fits. Each stream's events
 * come without a gap from its expected version on. `undefined` when all are where the commit expects them by now.
 */
export async function readConflict(
  commit: WireCommit,
  store: Pick<EventStore, 'readStream'>,
  budget: ReplyBudget,
): Promise<Conflict | undefined> {
  const streams: Standing[] = []
  const events: RecordedEvent[] = []
  for (const [stream, { expected }] of extents(commit.events)) {
    let actual: number | undefined
    let full = false
    for await (const event of store.readStream(stream, { after: expected, limit: MAX_EVENTS + 1 })) {
      if (events.length >= MAX_EVENTS || !budget.take(event)) {
        full = true
        break
      }
      events.push(event)
      actual = event.version
    }
    if (full || actual === undefined) actual = await versionOf(stream, store)
    if (actual !== expected) streams.push({ stream, expected, actual })
  }
  if (streams.length === 0) return undefined
  events.sort((a, b) => a.position - b.position)
  return { commit: commit.id, outcome: 'conflict', streams, events }
}

async function versionOf(stream: string, store: Pick<EventStore, 'readStream'>): Promise<number> {
  for await (const { version } of store.readStream(stream, { backwards: true, limit: 1 })) return version
  return -1
}
