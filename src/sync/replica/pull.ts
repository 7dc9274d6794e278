import type { ConfirmedStates } from './aggregates.ts'
import type { EventBatch } from '../protocol/messages.ts'
import type { Meta } from './meta.ts'
import type { PendingCommit, Placed } from './records.ts'
import type { RecordedEvent } from '../../event.ts'
import type { ReplicaTransaction } from './storage.ts'
import { HeadwaterError } from '../../errors.ts'
import { decodePending, encodeChunk, encodePending, encodeReceipt, firstVersion } from './records.ts'
import { rebase } from './rebase.ts'
import { records } from './streams.ts'

/** A range of the authority's log, as far as it concerns a prefix. */
export type Range = Pick<EventBatch, 'after' | 'upTo' | 'events'>

/**
 * Takes a range of the authority's log: events, cursor, confirmed commits and the rebase of what stays, all in one.
 *
 * Gives `undefined`, and changes nothing, when the range does not continue the prefix's cursor: something was lost or
 * came twice. Throws `protocol` when the range contradicts itself.
 */
export async function applyRange(
  tx: ReplicaTransaction,
  states: ConfirmedStates,
  meta: Meta,
  prefix: string,
  range: Range,
): Promise<Meta | undefined> {
  const cursor = meta.cursors.find((known) => known.prefix === prefix)
  if (cursor === undefined || cursor.position !== range.after) return undefined
  checkRange(prefix, range)
  const cursors = meta.cursors.map((known) => (known === cursor ? { prefix, position: range.upTo } : known))
  if (range.events.length === 0) return { ...meta, cursors }

  await dropAhead(tx, range)
  tx.put('log', encodeChunk(prefix, range.events))
  const { changed, rewritten } = await confirm(tx, range.events)
  const rebased = changed.size > 0 && (await rebase(tx, states, changed))
  return { ...meta, cursors, rewrites: meta.rewrites + (rewritten || rebased ? 1 : 0) }
}

function checkRange(prefix: string, { after, upTo, events }: Range): void {
  let last = after
  for (const { position, stream } of events) {
    if (position <= last || position > upTo) {
      throw new HeadwaterError(
        'protocol',
        `range ${after}-${upTo}: expected rising positions within it, found ${position} after ${last}`,
      )
    }
    if (!stream.startsWith(prefix)) throw new HeadwaterError('protocol', `range of prefix "${prefix}": found stream "${stream}"`)
    last = position
  }
  if (upTo < after) throw new HeadwaterError('protocol', `range ${after}-${upTo}: expected an end not below its start`)
}

/** What was known ahead of the cursor now stands in the log; but for what may not be pulled, which is known no other way. */
async function dropAhead(tx: ReplicaTransaction, { after, upTo, events }: Range): Promise<void> {
  const brought = new Set(events.map(({ position }) => position))
  for (const { key } of await tx.range('ahead', { after, upTo })) if (brought.has(Number(key))) tx.delete('ahead', key)
}

/** What a range means for pending commits. */
interface Confirmation {
  /** The streams whose pending commits have to be decided again. */
  readonly changed: ReadonlySet<string>
  /** Whether a commit was confirmed otherwise than it showed. */
  readonly rewritten: boolean
}

/**
 * Settles the pending commits that are among the events. A lane is looked at from its head, no further than needed:
 * once a commit stands above the events, the rest of the lane does too.
 */
async function confirm(tx: ReplicaTransaction, events: readonly RecordedEvent[]): Promise<Confirmation> {
  const changed = new Set<string>()
  let rewritten = false
  if ((await tx.count('pending')) === 0) return { changed, rewritten }
  const tops = new Map(events.map(({ stream, version }) => [stream, version]))
  const own = byCommit(events)
  const settled = new Set<number>()
  for (const [stream, top] of tops) {
    for await (const record of records(tx, 'pending', stream)) {
      const commit = decodePending(record)
      const accepted = own.get(commit.id)
      if (accepted === undefined) {
        if (commit.held !== undefined || firstVersion(commit, stream) <= top) changed.add(stream)
        break
      }
      if (!settled.has(commit.seq) && !settleAccepted(tx, commit, accepted)) rewritten = true
      settled.add(commit.seq)
    }
  }
  return { changed, rewritten }
}

/** Events by the commit that made them: an authority takes a commit once, so its id tells that it was taken. */
export function byCommit(events: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
  const commits = new Map<string, RecordedEvent[]>()
  for (const event of events) {
    const { commitId } = event.metadata
    if (commitId === undefined) continue
    const known = commits.get(commitId)
    if (known === undefined) commits.set(commitId, [event])
    else known.push(event)
  }
  return commits
}

/**
 * The authority took the commit: it stops being pending, and its verdict stands. Returns whether it took just the
 * events that showed here; a push overtaken by a rebase may have been accepted as it was before.
 *
 * Of a commit whose other events come by another prefix, or cannot be pulled, those stay until their places are known.
 */
export function settleAccepted(tx: ReplicaTransaction, commit: PendingCommit, accepted: readonly Placed[]): boolean {
  const { held, placed: before = [], ...shown } = commit
  const own = new Set(commit.events.map(({ id }) => id))
  const found = accepted.filter(({ id }) => own.has(id))
  const same = found.length === own.size
  // Nobody else's event becomes one of this commit by naming it.
  const placed = [...before, ...(found.length > 0 ? found : accepted)].map(({ id, position }) => ({ id, position }))
  placed.sort((a, b) => a.position - b.position)
  if (found.length > 0 && !same) {
    const events = commit.events.filter(({ id }) => !found.some((event) => event.id === id))
    tx.put('pending', encodePending({ ...shown, streams: [...new Set(events.map(({ stream }) => stream))], events, placed }))
    return held === undefined
  }
  tx.delete('pending', commit.seq)
  tx.put('receipts', encodeReceipt(commit.id, { outcome: same && !commit.adapted ? 'confirmed' : 'adapted', events: placed }))
  return same && held === undefined
}
