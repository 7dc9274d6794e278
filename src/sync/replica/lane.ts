import type { ConfirmedStates } from './aggregates.ts'
import type { Definition, Fact } from '../../domain/definition.ts'
import type { PendingCommit } from './records.ts'
import type { ReplicaTransaction } from './storage.ts'
import type { StreamEvent } from '../../event.ts'
import { decodePending } from './records.ts'

/** How far one stream has come while its pending commits are decided one after the other. */
export interface LaneTip {
  /** Absent when the aggregate or one of its events is unknown to this app: `blocked` says so. */
  readonly definition?: Definition
  readonly blocked?: string
  readonly state: unknown
  readonly version: number
  /** Whether everything up to here is confirmed: only then is a verdict final. */
  readonly confirmed: boolean
}

/** The tip of a stream that was not looked at. */
export const UNKNOWN_TIP: LaneTip = { state: undefined, version: -1, confirmed: true, blocked: 'not loaded' }

/** The pending commits that a change of some streams can concern: those on them, and on streams tied to them by a commit. */
export async function commitsOn(
  tx: ReplicaTransaction,
  streams: Iterable<string>,
): Promise<{ readonly commits: readonly PendingCommit[]; readonly streams: ReadonlySet<string> }> {
  const commits = new Map<number, PendingCommit>()
  const seen = new Set(streams)
  for (const stream of seen) {
    for (const record of await tx.byStream('pending', stream)) {
      const commit = decodePending(record)
      commits.set(commit.seq, commit)
      // A set iterates over what is added to it while iterating.
      for (const other of commit.streams) seen.add(other)
    }
  }
  return { commits: [...commits.values()].sort((a, b) => a.seq - b.seq), streams: seen }
}

/** Where a stream's pending commits start from. */
export async function laneStart(tx: ReplicaTransaction, states: ConfirmedStates, stream: string): Promise<LaneTip> {
  try {
    const { definition, state, version } = await states.load(tx, stream)
    return { definition, state, version, confirmed: true }
  } catch (error) {
    return { blocked: error instanceof Error ? error.message : String(error), state: undefined, version: -1, confirmed: true }
  }
}

/** The tip after these events of its stream, which are not confirmed. Throws what evolving throws. */
export function advance(tip: LaneTip, events: readonly StreamEvent[]): LaneTip {
  const state = events.reduce((now, event) => tip.definition?.evolve(now, event), tip.state)
  return { ...tip, state, version: tip.version + events.length, confirmed: false }
}

/** Whether a command decided the same as before. */
export function sameFacts(facts: readonly Fact[], events: readonly StreamEvent[]): boolean {
  return (
    facts.length === events.length &&
    facts.every((fact, i) => fact.type === events[i]?.type && JSON.stringify(fact.data) === JSON.stringify(events[i]?.data))
  )
}
