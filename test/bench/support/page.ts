import type { Loading } from './on-a-replica.ts'
import type { SyncOptions } from 'headwater/sync'
import { idbStorage } from 'headwater/adapters/idb'
import { startSync } from 'headwater/sync'
import { Note, textOf } from './notes.ts'
import { liveLatencies, notesOn, replicaFirstSync, replicaLoading, replicaRebase } from './on-a-replica.ts'
import { rawDatabase, rawEvent, rawPut } from './raw-idb.ts'
import { timed } from './rounds.ts'
import { timedStorage } from './timed-storage.ts'

// What the benchmarks run in a page; all of it takes and gives plain data. Times are in milliseconds.

let made = 0

function fresh(what: string): string {
  return `${what}${++made}`
}

/** Two writers of single commits, ours and raw. */
export async function openCommits() {
  const app = notesOn(idbStorage({ name: fresh('commits') }))
  const db = await rawDatabase(fresh('raw'))
  let position = 0
  for (let n = 0; n < 100; n++) await app.execute(Note, `${n}`, 'write', textOf(n))
  return {
    ours: (count: number): Promise<number> =>
      timed(async () => {
        for (let n = 0; n < count; n++) await app.execute(Note, `${n % 100}`, 'write', textOf(n))
      }),
    raw: (count: number): Promise<number> =>
      timed(async () => {
        for (let n = 0; n < count; n++) {
          const { position: key, ...event } = rawEvent(++position, 100)
          await rawPut(db, 'commits', 'strict', [{ position: key, value: JSON.stringify(event) }])
        }
      }),
  }
}

/** First sync with a real server: all of it, and the part of it spent in the transactions that store ranges. */
export async function firstSync(
  options: SyncOptions,
): Promise<{ readonly ms: number; readonly storing: number; readonly transactions: number }> {
  const { storage, relaxed } = timedStorage(idbStorage({ name: fresh('sync') }))
  const app = notesOn(storage)
  const ms = await timed(async () => {
    const sync = startSync(app, options)
    await sync.synced()
    await sync.close()
  })
  await app.close()
  return { ms, storing: relaxed.reduce((sum, one) => sum + one, 0), transactions: relaxed.length }
}

export function firstSyncWithoutNetwork(events: number, streams: number): Promise<number> {
  return replicaFirstSync(idbStorage({ name: fresh('canned') }), events, streams)
}

/** The same events one record each, 1,000 in a transaction. */
export async function rawFirstSync(events: number, streams: number): Promise<number> {
  const db = await rawDatabase(fresh('raw'))
  const ms = await timed(async () => {
    for (let n = 0; n < events; n += 1000) {
      const records = Array.from({ length: Math.min(1000, events - n) }, (_, i) => rawEvent(n + i, streams))
      await rawPut(db, 'events', 'relaxed', records)
    }
  })
  db.close()
  return ms
}

export function loadAggregate(rounds: number): Promise<Loading> {
  return replicaLoading(idbStorage({ name: fresh('load') }), rounds)
}

export function rebase(): Promise<number> {
  return replicaRebase(idbStorage({ name: fresh('rebase') }))
}

/** Between two replicas of this page. */
export async function latencies(options: SyncOptions, samples: number): Promise<number[]> {
  const [writer, reader] = [notesOn(idbStorage({ name: fresh('writer') })), notesOn(idbStorage({ name: fresh('reader') }))]
  const syncs = [startSync(writer, options), startSync(reader, options)]
  for (const sync of syncs) await sync.synced()
  const found = await liveLatencies(writer, reader, samples)
  for (const sync of syncs) await sync.close()
  await writer.close()
  await reader.close()
  return found
}

/** What a page of the benchmarks has on its window. */
export interface BenchWindow {
  readonly headwater: {
    readonly openCommits: typeof openCommits
    readonly firstSync: typeof firstSync
    readonly firstSyncWithoutNetwork: typeof firstSyncWithoutNetwork
    readonly rawFirstSync: typeof rawFirstSync
    readonly loadAggregate: typeof loadAggregate
    readonly rebase: typeof rebase
    readonly latencies: typeof latencies
  }
  commits: Awaited<ReturnType<typeof openCommits>>
}
