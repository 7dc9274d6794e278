import type { PreparedBatch, PreparedEvent } from './batch.ts'
import type { RecordedEvent } from './event.ts'
import type { JsonObject } from './json.ts'
import type { Expect } from './store.ts'
import { decodePayload } from './batch.ts'
import { IdConflict, VersionConflict } from './errors.ts'
import { sameJson } from './json.ts'

/**
 * Points 1 to 3 of the store contract: decides a batch on what is stored, inside the store's own transaction.
 *
 * Gives `undefined` when the batch is to be written, and the stored events when it was written before.
 * Throws {@link VersionConflict} or {@link IdConflict}.
 *
 * @param versionOf the version of a stream, -1 for one without events
 * @param stored the event stored under an id, as far as the store can tell
 */
export function judgeAppend(
  batch: PreparedBatch,
  versionOf: (stream: string) => number,
  stored: (id: string) => RecordedEvent | undefined,
): readonly RecordedEvent[] | undefined {
  const known: RecordedEvent[] = []
  for (const event of batch.events) {
    const found = stored(event.id)
    if (found === undefined) continue
    if (!sameContent(event, found)) throw new IdConflict(event.stream, event.id)
    known.push(found)
  }
  if (known.length === batch.events.length && continues(known, batch.expect)) return known
  checkExpect(batch.expect, versionOf)
  // The expectations hold, so the ids were stored by something else than this batch.
  const [first] = known
  if (first !== undefined) throw new IdConflict(first.stream, first.id)
  return undefined
}

/** Throws {@link VersionConflict} for the first stream that is not where it is expected. */
export function checkExpect(expect: ReadonlyMap<string, Expect>, versionOf: (stream: string) => number): void {
  for (const [stream, expected] of expect) {
    const actual = versionOf(stream)
    if (!meets(expected, actual)) throw new VersionConflict(stream, expected, actual)
  }
}

/** Whether a stream at version `actual` (-1: no events) is as expected. */
export function meets(expected: Expect, actual: number): boolean {
  if (expected === 'any') return true
  if (expected === 'exists') return actual >= 0
  return actual === (expected === 'none' ? -1 : expected)
}

/** Whether the events stand as if just appended with these expectations: per stream, one after the other. */
function continues(events: readonly RecordedEvent[], expect: ReadonlyMap<string, Expect>): boolean {
  const versions = new Map<string, number>()
  return events.every(({ stream, version }) => {
    const before = versions.get(stream)
    versions.set(stream, version)
    return before === undefined ? meets(expect.get(stream) ?? 'any', version - 1) : version === before + 1
  })
}

function sameContent(event: PreparedEvent, stored: RecordedEvent): boolean {
  if (event.stream !== stored.stream || event.type !== stored.type) return false
  const { data, metadata } = decodePayload(event.payload)
  return sameJson(data, stored.data) && sameJson(metadata as JsonObject, stored.metadata as JsonObject)
}
