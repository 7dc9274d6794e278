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
import { advance, laneStart, UNKNOWN_TIP } from './lane.ts'
import { encodePending, encodeReceipt } from './records.ts'
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
  const draft = renewed(entry, meta.nextSeq, editedCommand(entry, args))
  const { events, basedOn } = await decideOnTop(tx, states, draft)
  tx.delete('inbox', commitId)
  if (events.length === 0) tx.put('receipts', encodeReceipt(draft.id, { outcome: 'superseded' }))
  else tx.put('pending', encodePending({ ...draft, events, basedOn }))
  return { meta: { ...meta, nextSeq: meta.nextSeq + events.length }, commitId: draft.id }
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

/** The entry's work as a new commit, not decided yet. */
function renewed(entry: InboxEntry, seq: number, command: StoredCommand | undefined): PendingCommit {
  const id = newId()
  return {
    id,
    seq,
    streams: [...new Set(entry.events.map(({ stream }) => stream))],
    // New ids throughout: the refused events stay what they were.
    events: entry.events.map((event) => ({ ...event, id: newId(), metadata: { ...event.metadata, commitId: id } })),
    ...(command === undefined ? {} : { command }),
    basedOn: [],
    adapted: false,
  }
}

/** What a commit comes to on top of everything; no events when there is nothing left to do. */
async function decideOnTop(
  tx: ReplicaTransaction,
  states: ConfirmedStates,
  draft: PendingCommit,
): Promise<Pick<PendingCommit, 'events' | 'basedOn'>> {
  const tips = new Map<string, LaneTip>()
  const basedOn: (readonly [string, number])[] = []
  for (const stream of draft.streams) {
    const start = await laneStart(tx, states, stream)
    basedOn.push([stream, start.version])
    tips.set(stream, start.blocked === undefined ? advance(start, await pendingEvents(tx, stream)) : start)
  }
  const decision = redecide(draft, (stream) => tips.get(stream) ?? UNKNOWN_TIP, false)
  switch (decision.type) {
    case 'events':
      return { events: decision.events, basedOn }
    case 'nothing':
      return { events: [], basedOn }
    case 'refused':
      throw new CommandRefused(decision.code, decision.message)
    case 'blocked':
      throw new HeadwaterError(
        'unknown-event',
        `a refused commit cannot be decided by this version of the app: ${decision.reason}`,
      )
  }
}
