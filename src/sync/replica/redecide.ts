import type { LaneTip } from './lane.ts'
import type { PendingCommit } from './records.ts'
import type { StreamEvent } from '../../event.ts'
import { CommandRefused, isHeadwaterError } from '../../errors.ts'
import { newId } from '../../ids.ts'
import { advance, sameFacts } from './lane.ts'

/** What deciding a commit again came to. */
export type Redecision =
  /** These events, at these versions; the same ids unless the events changed. */
  | {
      readonly type: 'events'
      readonly events: readonly StreamEvent[]
      readonly adapted: boolean
      readonly tips: readonly (readonly [string, LaneTip])[]
    }
  | { readonly type: 'nothing' }
  | { readonly type: 'refused'; readonly code: string; readonly message: string }
  /** It cannot be decided by this version of the app. */
  | { readonly type: 'blocked'; readonly reason: string }

/**
 * Decides a commit on its streams' tips: runs its command again, or without one puts its events on top again. Pure.
 *
 * @param stands whether it stays as it is, because nothing changed below it or the authority took it so
 */
export function redecide(commit: PendingCommit, tipOf: (stream: string) => LaneTip, stands: boolean): Redecision {
  for (const stream of commit.streams) {
    const { blocked } = tipOf(stream)
    if (blocked !== undefined) return { type: 'blocked', reason: blocked }
  }
  try {
    if (stands) return asItIs(commit, tipOf)
    return commit.command === undefined ? reapply(commit, tipOf) : rerun(commit, commit.command, tipOf(commit.command.stream))
  } catch (error) {
    // A rule that says no, or a rule that breaks: either way a person decides, with the reason.
    if (error instanceof CommandRefused) return { type: 'refused', code: error.reason, message: error.message }
    const code = isHeadwaterError(error) ? error.code : 'failed'
    return { type: 'refused', code, message: error instanceof Error ? error.message : String(error) }
  }
}

function rerun(commit: PendingCommit, command: NonNullable<PendingCommit['command']>, tip: LaneTip): Redecision {
  const facts = tip.definition?.decide(command, tip.state, tip.version) ?? []
  if (facts.length === 0) return { type: 'nothing' }
  const same = sameFacts(facts, commit.events)
  const { schemaVersion: _, ...metadata } = commit.events[0]?.metadata ?? {}
  const events = facts.map((fact, i): StreamEvent => {
    const version = tip.version + 1 + i
    const before = same ? commit.events[i] : undefined
    if (before !== undefined) return { ...before, version }
    return {
      id: newId(),
      stream: command.stream,
      version,
      type: fact.type,
      data: fact.data,
      metadata: { ...metadata, ...fact.metadata },
    }
  })
  return { type: 'events', events, adapted: !same, tips: [[command.stream, advance(tip, events)]] }
}

function reapply(commit: PendingCommit, tipOf: (stream: string) => LaneTip): Redecision {
  const tips = new Map(commit.streams.map((stream) => [stream, tipOf(stream)]))
  const events = commit.events.map((event): StreamEvent => {
    const tip = tips.get(event.stream) ?? tipOf(event.stream)
    const moved = { ...event, version: tip.version + 1 }
    tips.set(event.stream, advance(tip, [moved]))
    return moved
  })
  return { type: 'events', events, adapted: false, tips: [...tips] }
}

function asItIs({ events, streams }: PendingCommit, tipOf: (stream: string) => LaneTip): Redecision {
  const tips = streams.map((stream) => {
    const own = events.filter((event) => event.stream === stream)
    return [stream, advance(tipOf(stream), own)] as const
  })
  return { type: 'events', events, adapted: false, tips }
}
