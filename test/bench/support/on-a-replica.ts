import type { Application } from 'headwater'
import type { ReplicaStorage } from 'headwater/sync'
import { createApplication } from 'headwater'
import { createReplica, startSyncOn } from 'headwater/sync'
import { Note, textOf } from './notes.ts'
import { cannedHost } from './canned-host.ts'
import { history } from './history.ts'
import { timed } from './rounds.ts'
import { timedStorage } from './timed-storage.ts'

// What is measured on every kind of replica storage, in Node and in a page.

export function notesOn(storage: ReplicaStorage): Application {
  return createApplication({ name: 'Bench', aggregates: [Note], store: createReplica(storage) })
}

/** How long a replica takes to store confirmed events whose frames are in memory already, in milliseconds. */
export async function replicaFirstSync(storage: ReplicaStorage, events: number, streams: number): Promise<number> {
  const app = notesOn(storage)
  const host = cannedHost(history(events, (n) => `Note-${n % streams}`))
  const ms = await timed(async () => {
    const sync = startSyncOn(app, host)
    await sync.synced()
    await sync.close()
  })
  await app.close()
  return ms
}

/** Where the time goes when an aggregate of 1,000 events in a log of 10,000 is loaded. */
export interface Loading {
  /** From nothing, in milliseconds. */
  readonly cold: number[]
  /** From a remembered state that one event was added to, in milliseconds. */
  readonly forward: number[]
}

export async function replicaLoading(storage: ReplicaStorage, rounds: number): Promise<Loading> {
  const app = notesOn(storage)
  const sync = startSyncOn(app, cannedHost(history(10_000, (n) => (n % 10 === 0 ? 'Note-read' : `Note-${n % 100}`))))
  await sync.synced()
  await sync.close()
  return loading(app, rounds)
}

/** Measures with the aggregate `read`, which has 1,000 events by now; closes the application. */
export async function loading(app: Application, rounds: number): Promise<Loading> {
  const fresh = (): Application => createApplication({ name: 'Bench', aggregates: [Note], store: app.store })
  const found: Loading = { cold: [], forward: [] }
  for (let round = -1; round < rounds; round++) {
    const cold = await timed(() => fresh().get(Note, 'read'))
    const reader = fresh()
    const { version } = await reader.get(Note, 'read')
    if (version < 999) throw new Error(`expected 1000 events, found ${version + 1}`)
    await fresh().execute(Note, 'read', 'write', textOf(round))
    const forward = await timed(() => reader.get(Note, 'read'))
    if (round < 0) continue
    found.cold.push(cold)
    found.forward.push(forward)
  }
  await app.close()
  return found
}

/** How long it takes to rebase 1,000 pending commits on 10 streams over 100 remote events, in milliseconds: one transaction. */
export async function replicaRebase(storage: ReplicaStorage): Promise<number> {
  const watched = timedStorage(storage)
  const app = notesOn(watched.storage)
  for (let n = 0; n < 1000; n++) await app.execute(Note, `${n % 10}`, 'write', textOf(n))
  const sync = startSyncOn(app, cannedHost(history(100, (n) => `Note-${n % 10}`)))
  while (sync.status.cursor < 100) await new Promise<void>((resolve) => setTimeout(resolve, 5))
  const { version } = await app.get(Note, '0')
  if (version !== 109) throw new Error(`expected the rebase to end at version 109, found ${version}`)
  await sync.close()
  await app.close()
  if (watched.relaxed.length !== 1) throw new Error(`expected one transaction, found ${watched.relaxed.length}`)
  return watched.relaxed[0] ?? NaN
}

/** How long it takes from a command at one application until the other shows its event, in milliseconds each. */
export async function liveLatencies(writer: Application, reader: Application, samples: number): Promise<number[]> {
  const found: number[] = []
  for (let n = -10; n < samples; n++) {
    const start = performance.now()
    const { commitId } = await writer.execute(Note, `live${n % 20}`, 'write', textOf(n))
    await shown(reader, commitId)
    if (n >= 0) found.push(performance.now() - start)
  }
  return found
}

let newest: { readonly app: Application; readonly seen: Set<string>; notify: () => void } | undefined

/** Resolves when the application's log has an event of the commit. */
async function shown(app: Application, commitId: string): Promise<void> {
  if (newest?.app !== app) newest = watch(app)
  const watching = newest
  while (!watching.seen.has(commitId)) await new Promise<void>((resolve) => (watching.notify = resolve))
}

function watch(app: Application): NonNullable<typeof newest> {
  const watching = { app, seen: new Set<string>(), notify: () => undefined as void }
  void (async () => {
    for await (const item of app.subscribe()) {
      if (item.type !== 'event') continue
      watching.seen.add(item.event.metadata.commitId ?? '')
      watching.notify()
    }
  })().catch(() => undefined)
  return watching
}
