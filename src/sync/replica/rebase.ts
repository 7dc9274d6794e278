import type { ConfirmedStates } from './aggregates.ts'
import type { LaneTip } from './lane.ts'
import type { PendingCommit } from './records.ts'
import type { Redecision } from './redecide.ts'
import type { ReplicaTransaction } from './storage.ts'
import { commitsOn, laneStart, UNKNOWN_TIP } from './lane.ts'
import { encodePending, encodeReceipt, firstVersion } from './records.ts'
import { redecide } from './redecide.ts'
import { refuse } from './refuse.ts'

/**
 * Decides the pending commits of these streams again, in their local order, on what is confirmed now.
 *
 * Only those below which something changed: a push of the others may have been accepted already, and a command that
 * decides otherwise each time, or in another version of the app, would take back what the authority has.
 *
 * A verdict (superseded, refused) is final only on confirmed state; behind another pending commit it would rest on
 * something that may still change, so the commit is held until that one is judged. The cost is that of the streams
 * concerned, not of the queue or the log. Returns whether anything that shows or is pushed changed.
 *
 * @param refused the streams that lost a pending commit just now
 */
export async function rebase(
  tx: ReplicaTransaction,
  states: ConfirmedStates,
  changed: Iterable<string>,
  refused: Iterable<string> = [],
): Promise<boolean> {
  const { commits, streams } = await commitsOn(tx, changed)
  if (commits.length === 0) return false
  const tips = new Map<string, LaneTip>()
  for (const stream of streams) tips.set(stream, await laneStart(tx, states, stream))
  const tipOf = (stream: string): LaneTip => tips.get(stream) ?? UNKNOWN_TIP
  const moved = new Set(refused)
  let rewritten = false
  for (const commit of commits) {
    const stands =
      commit.held === undefined &&
      commit.streams.every((stream) => !moved.has(stream) && firstVersion(commit, stream) === tipOf(stream).version + 1)
    if (!stands) for (const stream of commit.streams) moved.add(stream)
    const decision = redecide(commit, tipOf, stands || commit.placed !== undefined)
    const final = commit.streams.every((stream) => tipOf(stream).confirmed)
    const next = await store(tx, states, commit, decision, final)
    rewritten ||= next !== 'unchanged'
    if (decision.type === 'events') for (const [stream, tip] of decision.tips) tips.set(stream, tip)
    else if (next === 'held') for (const stream of commit.streams) tips.set(stream, { ...tipOf(stream), confirmed: false })
  }
  return rewritten
}

async function store(
  tx: ReplicaTransaction,
  states: ConfirmedStates,
  commit: PendingCommit,
  decision: Redecision,
  final: boolean,
): Promise<'unchanged' | 'changed' | 'held' | 'gone'> {
  switch (decision.type) {
    case 'events': {
      const { held, ...rest } = commit
      const unchanged =
        held === undefined &&
        !decision.adapted &&
        decision.events.every((event, i) => event.version === commit.events[i]?.version)
      if (unchanged) return 'unchanged'
      tx.put('pending', encodePending({ ...rest, events: decision.events, adapted: commit.adapted || decision.adapted }))
      return 'changed'
    }
    case 'blocked':
      return hold(tx, commit, decision.reason)
    case 'nothing':
      if (!final) return hold(tx, commit, 'superseded, unless an earlier commit on its stream is not accepted')
      tx.delete('pending', commit.seq)
      tx.put('receipts', encodeReceipt(commit.id, { outcome: 'superseded' }))
      return 'gone'
    case 'refused':
      if (!final) return hold(tx, commit, `refused, unless an earlier commit on its stream is not accepted: ${decision.message}`)
      await refuse(tx, states, commit, decision.code, decision.message)
      return 'gone'
  }
}

function hold(tx: ReplicaTransaction, commit: PendingCommit, reason: string): 'held' {
  if (commit.held !== reason) tx.put('pending', encodePending({ ...commit, held: reason }))
  return 'held'
}
