import type { ConfirmedStates } from './aggregates.ts'
import type { Meta } from './meta.ts'
import type { PendingCommit } from './records.ts'
import type { PushResult } from '../protocol/messages.ts'
import type { RecordedEvent } from '../../event.ts'
import type { ReplicaTransaction } from './storage.ts'
import { commitsOn } from './lane.ts'
import { decodeAhead, decodePending, encodeAhead, namedEvents } from './records.ts'
import { confirmedVersion } from './streams.ts'
import { heldStreams } from './inspect.ts'
import { rebase } from './rebase.ts'
import { refuse } from './refuse.ts'
import { byCommit, settleAccepted } from './pull.ts'

/** One commit that was pushed, and what the authority said. */
export interface Answer {
  readonly seq: number
  /** The ids of the events that were pushed: a commit decided again meanwhile is not what was judged. */
  readonly eventIds: readonly string[]
  readonly result: PushResult
}

/**
 * Takes the authority's answers to a push: accepted commits and the events behind a conflict are kept ahead of the
 * cursor, refused ones go to the inbox, and the rest of their streams is decided again. All in one transaction.
 */
export async function settle(
  tx: ReplicaTransaction,
  states: ConfirmedStates,
  meta: Meta,
  answers: readonly Answer[],
): Promise<Meta> {
  const changed = new Set<string>()
  const accepted = new Set<string>()
  const refused = new Set<string>()
  let rewritten = false
  const known = new Map<string, number>()
  for (const { seq, eventIds, result } of answers) {
    const record = await tx.get('pending', seq)
    // Confirmed by the log, which was faster, or decided again meanwhile: the log has said or will say the rest.
    if (record === undefined) continue
    const commit = decodePending(record)
    const same = commit.events.every(({ id }) => eventIds.includes(id))
    switch (result.outcome) {
      case 'accepted':
        if (!same) break
        await accept(tx, known, commit, result)
        for (const stream of commit.streams) accepted.add(stream)
        break
      case 'conflict':
        await keepAhead(tx, known, result.events)
        for (const { stream } of result.streams) changed.add(stream)
        break
      case 'refused':
        if (!same) break
        await refuse(tx, states, commit, result.code, result.message)
        rewritten = true
        for (const stream of commit.streams) refused.add(stream)
        break
      case 'held':
        break
    }
  }
  for (const stream of refused) changed.add(stream)
  // Behind an accepted commit only what was held has something to decide.
  if (accepted.size > 0) for (const stream of await heldStreams(tx)) if (accepted.has(stream)) changed.add(stream)
  for (const stream of await confirmKnown(tx, changed)) changed.add(stream)
  if (changed.size > 0 && (await rebase(tx, states, changed, refused))) rewritten = true
  return { ...meta, rewrites: meta.rewrites + (rewritten ? 1 : 0) }
}

async function accept(
  tx: ReplicaTransaction,
  known: Map<string, number>,
  commit: PendingCommit,
  result: Extract<PushResult, { outcome: 'accepted' }>,
): Promise<void> {
  const positions = new Map(result.events.map(({ id, position }) => [id, position]))
  const actor = result.actor === undefined ? {} : { actor: result.actor }
  settleAccepted(tx, commit, result.events)
  const events = namedEvents(commit).map((event): RecordedEvent => {
    const { actor: _, ...metadata } = event.metadata
    return { ...event, metadata: { ...metadata, ...actor }, position: positions.get(event.id) ?? 0 }
  })
  await keepAhead(tx, known, events)
}

/**
 * Keeps events the log has not brought yet, so long as they continue what is known of their stream.
 *
 * @param known the streams' versions in this transaction: looking one up reads a whole chunk of the log
 */
async function keepAhead(tx: ReplicaTransaction, known: Map<string, number>, events: readonly RecordedEvent[]): Promise<void> {
  for (const event of events) {
    const version = known.get(event.stream) ?? (await confirmedVersion(tx, event.stream))
    known.set(event.stream, version)
    if (event.version !== version + 1) continue
    tx.put('ahead', encodeAhead(event))
    known.set(event.stream, event.version)
  }
}

/** A conflict may bring the commit's own events: a push whose answer was lost had been accepted. */
async function confirmKnown(tx: ReplicaTransaction, streams: ReadonlySet<string>): Promise<Set<string>> {
  const known = await Promise.all([...streams].map((stream) => tx.byStream('ahead', stream)))
  const own = byCommit(known.flat().map(decodeAhead))
  const touched = new Set<string>()
  if (own.size === 0) return touched
  for (const commit of (await commitsOn(tx, streams)).commits) {
    const accepted = own.get(commit.id)
    if (accepted === undefined) continue
    settleAccepted(tx, commit, accepted)
    for (const stream of commit.streams) touched.add(stream)
  }
  return touched
}
