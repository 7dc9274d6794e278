import type { Meta } from './meta.ts'
import type { VersionDraft } from './known-versions.ts'
import type { PendingCommit } from './records.ts'
import type { PreparedBatch } from '../../batch.ts'
import type { RecordedEvent, StreamEvent } from '../../event.ts'
import type { ReplicaTransaction } from './storage.ts'
import type { StreamVersions } from './streams.ts'
import { HeadwaterError, VersionConflict } from '../../errors.ts'
import { decodePayload } from '../../batch.ts'
import { judgeAppend, meets } from '../../judge-append.ts'
import { newId } from '../../ids.ts'
import { confirmedEvents, pendingEvents, streamVersions } from './streams.ts'
import { decodePending, encodePending, provisional } from './records.ts'

/** Makes a batch a pending commit, or finds that it already is one. Points 1 to 3 of the store contract. */
export async function appendPending(
  tx: ReplicaTransaction,
  meta: Meta,
  batch: PreparedBatch,
  known: VersionDraft,
): Promise<{ readonly recorded: readonly RecordedEvent[]; readonly meta?: Meta }> {
  const streams = new Map<string, StreamVersions>()
  for (const stream of batch.expect.keys()) streams.set(stream, known.get(stream) ?? (await streamVersions(tx, stream)))
  const versions = new Map([...streams].map(([stream, { local }]) => [stream, local]))
  const stored = await storedEvents(tx, batch, versions)
  const before = judgeAppend(
    batch,
    (stream) => versions.get(stream) ?? -1,
    (id) => stored.get(id),
  )
  if (before !== undefined) return { recorded: before }
  checkBasis(batch, meta, versions)
  const basedOn = [...streams].map(([stream, { confirmed }]) => [stream, confirmed] as const)
  const commit = pendingCommit(batch, meta.nextSeq, versions, basedOn)
  tx.put('pending', encodePending(commit))
  for (const { stream, version } of commit.events) {
    known.set(stream, { confirmed: streams.get(stream)?.confirmed ?? -1, local: version })
  }
  return { recorded: provisional(commit), meta: { ...meta, nextSeq: meta.nextSeq + commit.events.length } }
}

/** The batch as it was stored, if it is among the newest commits; `undefined` if not. */
export async function findAppended(tx: ReplicaTransaction, batch: PreparedBatch): Promise<readonly RecordedEvent[] | undefined> {
  const newest = await tx.range('pending', { backwards: true, limit: 100 })
  const commit = newest.map(decodePending).find(({ events }) => events[0]?.id === batch.events[0]?.id)
  return commit && provisional(commit)
}

/** Events were decided on history that has been rewritten since: as stale as another version. */
function checkBasis(batch: PreparedBatch, meta: Meta, versions: ReadonlyMap<string, number>): void {
  if (batch.basis === undefined || batch.basis === meta.rewrites) return
  const [[stream, expected] = ['', 'any' as const]] = batch.expect
  throw new VersionConflict(stream, expected, versions.get(stream) ?? -1)
}

/** What a batch that comes too late may have written itself: the events above its expectations. */
async function storedEvents(
  tx: ReplicaTransaction,
  batch: PreparedBatch,
  versions: ReadonlyMap<string, number>,
): Promise<Map<string, RecordedEvent>> {
  const stored = new Map<string, RecordedEvent>()
  for (const [stream, expected] of batch.expect) {
    if (meets(expected, versions.get(stream) ?? -1)) continue
    const after = typeof expected === 'number' ? expected : -1
    for (const event of await confirmedEvents(tx, stream, after)) stored.set(event.id, event)
    for (const event of await pendingEvents(tx, stream, after)) stored.set(event.id, event)
  }
  return stored
}

function pendingCommit(
  batch: PreparedBatch,
  seq: number,
  versions: ReadonlyMap<string, number>,
  basedOn: PendingCommit['basedOn'],
): PendingCommit {
  const next = new Map(versions)
  const events = batch.events.map(({ id, stream, type, payload }): StreamEvent => {
    const version = (next.get(stream) ?? -1) + 1
    next.set(stream, version)
    const { data, metadata } = decodePayload(payload)
    return { id, stream, version, type, data, metadata }
  })
  return {
    id: batch.commitId ?? newId(),
    seq,
    streams: [...batch.expect.keys()],
    events,
    ...(batch.command === undefined ? {} : { command: batch.command }),
    basedOn,
    adapted: false,
  }
}

/** Refuses what no authority would take: said when the work is done, not when it is pushed. */
export function checkPushable(
  batch: PreparedBatch,
  limits: { readonly eventsPerCommit: number; readonly commitLength: number },
): void {
  if (batch.events.length > limits.eventsPerCommit) {
    throw new HeadwaterError(
      'bad-data',
      `commit: expected at most ${limits.eventsPerCommit} events, found ${batch.events.length}`,
    )
  }
  const length = batch.events.reduce((sum, { payload }) => sum + payload.length + 200, 0)
  if (length > limits.commitLength) {
    throw new HeadwaterError('bad-data', `commit: expected at most ${limits.commitLength} characters, found ${length}`)
  }
}
