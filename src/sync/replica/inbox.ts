import type { ConfirmedStates } from './aggregates.ts'
import type { InboxEntry, PendingCommit } from './records.ts'
import type { Json } from '../../json.ts'
import type { LaneTip } from './lane.ts'
import type { Meta } from './meta.ts'
import type { ReplicaTransaction } from './storage.ts'
import type { StoredCommand } from '../../store.ts'
import { CommandRefused, HeadwaterError } from '../../errors.ts'
import { copyJson } from '../../json.ts'
import { newId } from '../../ids.ts'
import { advance, laneStart } from './lane.ts'
import { encodePending } from './records.ts'
import { pendingEvents } from './streams.ts'
import { redecide } from './redecide.ts'

/** The refused commits, oldest first. */
export async function inboxEntries(tx: ReplicaTransaction): Promise<readonly InboxEntry[]> {
  const entries = (await tx.range('inbox')).map(({ value }) => JSON.parse(value) as InboxEntry)
  return entries.sort((a, b) => a.seq - b.seq)
}

/** Takes a refused commit out of the inbox for good. `not-found` when it is not there. */
export async function discardEntry(tx: ReplicaTransaction, commitId: string): Promise<void> {
  await findEntry(tx, commitId)
  tx.delete('inbox', commitId)
}

/**
 * Does a refused commit's work again, on the state there is now and with other arguments if given, as a new commit.
 *
 * Throws `CommandRefused` when it is refused again; then the entry stays. `not-found` when it is not in the inbox.
 */
export async function retryEntry(
  tx: ReplicaTransaction,
  states: ConfirmedStates,
  meta: Meta,
  commitId: string,
  args?: readonly unknown[],
): Promise<{ readonly meta: Meta; readonly commitId: string }> {
  const entry = await findEntry(tx, commitId)
  const commit = await renewed(tx, states, entry, meta.nextSeq, editedCommand(entry, args))
  tx.delete('inbox', commitId)
  if (commit !== undefined) tx.put('pending', encodePending(commit))
  return { meta: { ...meta, nextSeq: meta.nextSeq + (commit?.events.length ?? 0) }, commitId: commit?.id ?? commitId }
}

async function findEntry(tx: ReplicaTransaction, commitId: string): Promise<InboxEntry> {
  const record = await tx.get('inbox', commitId)
  if (record === undefined) throw new HeadwaterError('not-found', `commit "${commitId}" is not in the inbox`)
  return JSON.parse(record.value) as InboxEntry
}

function editedCommand(entry: InboxEntry, args: readonly unknown[] | undefined): StoredCommand | undefined {
  if (args === undefined) return entry.command
  if (entry.command === undefined) {
    throw new HeadwaterError(
      'not-supported',
      `commit "${entry.commitId}" was saved without a command: there are no arguments to edit`,
    )
  }
  return { ...entry.command, args: copyJson(args, `arguments of "${entry.command.name}"`) as readonly Json[] }
}

/** The entry's work as a new commit on top of everything; `undefined` when there is nothing left to do. */
async function renewed(
  tx: ReplicaTransaction,
  states: ConfirmedStates,
  entry: InboxEntry,
  seq: number,
  command: StoredCommand | undefined,
): Promise<PendingCommit | undefined> {
  const streams = [...new Set(entry.events.map(({ stream }) => stream))]
  const tips = new Map<string, LaneTip>()
  for (const stream of streams) {
    const start = await laneStart(tx, states, stream)
    tips.set(stream, start.blocked === undefined ? advance(start, await pendingEvents(tx, stream)) : start)
  }
  const id = newId()
  // New ids throughout: the refused events stay what they were.
  const events = entry.events.map((event) => ({ ...event, id: newId(), metadata: { ...event.metadata, commitId: id } }))
  const draft: PendingCommit = {
    id,
    seq,
    streams,
    events,
    ...(command === undefined ? {} : { command }),
    basedOn: [...tips].map(([stream, { version }]) => [stream, version] as const),
    adapted: false,
  }
  const decision = redecide(
    draft,
    (stream) => tips.get(stream) ?? { state: undefined, version: -1, confirmed: true, blocked: 'not loaded' },
  )
  switch (decision.type) {
    case 'events':
      return { ...draft, events: decision.events }
    case 'nothing':
      return undefined
    case 'refused':
      throw new CommandRefused(decision.code, decision.message)
    case 'blocked':
      throw new HeadwaterError(
        'unknown-event',
        `commit "${entry.commitId}" cannot be decided by this version of the app: ${decision.reason}`,
      )
  }
}
