import type { RecordedEvent } from '../src/event.ts'
import { MAX_LIMITS } from '../src/sync/protocol/limits.ts'

/** An event and its JSON, encoded once however many sessions send it. */
export interface Entry {
  readonly event: RecordedEvent
  readonly text: string
}

export function entryOf(event: RecordedEvent): Entry {
  return { event, text: JSON.stringify(event) }
}

/** Where a page ends if it can end between two commits, and where it ends in any case. */
const SOFT = { events: 1000, chars: 256 * 1024 }
const HARD = { events: MAX_LIMITS.eventsPerMessage, chars: 768 * 1024 }

/** The most events a page may need from a store. */
export const PAGE_READ: number = HARD.events + 1

/**
 * Collects the events of one message: about a thousand or 256 K of text, whole commits where that is possible, so
 * that a device applies what was stored together together. One event always fits, however large.
 */
export class PageBuilder {
  readonly entries: Entry[] = []
  #chars = 0

  /** Takes the entry, or returns false: the page ends before it. */
  add(entry: Entry): boolean {
    const last = this.entries.at(-1)
    if (last !== undefined) {
      const bounds = sameCommit(last.event, entry.event) ? HARD : SOFT
      if (this.entries.length >= bounds.events || this.#chars + entry.text.length > bounds.chars) return false
    }
    this.entries.push(entry)
    this.#chars += entry.text.length
    return true
  }
}

export function sameCommit(a: RecordedEvent, b: RecordedEvent): boolean {
  return a.metadata.commitId !== undefined && a.metadata.commitId === b.metadata.commitId
}
