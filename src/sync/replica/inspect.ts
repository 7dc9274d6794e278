import type { Cursor } from './meta.ts'
import type { PendingCommit } from './records.ts'
import type { RecordKey, ReplicaTransaction, StoredRecord } from './storage.ts'
import { chunkEvents, decodeAhead, decodePending, HELD, prefixLabel } from './records.ts'

/** The newest event the authority is known to hold: with it the server tells whether its history is still the same. */
export async function newestConfirmed(
  tx: ReplicaTransaction,
  cursors: readonly Cursor[],
): Promise<{ readonly position: number; readonly id: string } | undefined> {
  const [ahead] = await tx.range('ahead', { backwards: true, limit: 1 })
  let newest: { readonly position: number; readonly id: string } | undefined = ahead && decodeAhead(ahead)
  for (const { prefix } of cursors) {
    const newestOnly = { backwards: true, limit: 1 }
    const [chunk] =
      cursors.length === 1 ? await tx.range('log', newestOnly) : await tx.byStream('log', prefixLabel(prefix), newestOnly)
    const last = chunk && chunkEvents(chunk).at(-1)
    if (last !== undefined && last.position > (newest?.position ?? 0)) newest = { position: last.position, id: last.id }
  }
  return newest && { position: newest.position, id: newest.id }
}

/** Every pending commit, in local order. */
export async function pendingCommits(tx: ReplicaTransaction): Promise<readonly PendingCommit[]> {
  return (await tx.range('pending')).map(decodePending)
}

/** The streams with commits that are held. */
export async function heldStreams(tx: ReplicaTransaction): Promise<Set<string>> {
  const held = await tx.byStream('pending', HELD)
  return new Set(held.flatMap((record) => decodePending(record).streams))
}

/** A transaction that also tells what it did to pending commits: by `seq`, what they are now, `undefined` when gone. */
export function watchPending(tx: ReplicaTransaction): {
  readonly tx: ReplicaTransaction
  readonly changes: ReadonlyMap<number, PendingCommit | undefined>
} {
  const changes = new Map<number, PendingCommit | undefined>()
  const note = (key: RecordKey, record?: StoredRecord): void => void changes.set(Number(key), record && decodePending(record))
  return {
    changes,
    tx: {
      get: (space, key) => tx.get(space, key),
      range: (space, range) => tx.range(space, range),
      byStream: (space, stream, range) => tx.byStream(space, stream, range),
      count: (space) => tx.count(space),
      put(space, record) {
        tx.put(space, record)
        if (space === 'pending') note(record.key, record)
      },
      delete(space, key) {
        tx.delete(space, key)
        if (space === 'pending') note(key)
      },
    },
  }
}
