import type { Application } from '../../application/application.ts'
import type { Inbox } from './inbox.ts'
import type { PendingCommit } from '../replica/records.ts'
import type { SyncHost } from './host.ts'
import type { SyncStatus } from './status.ts'
import type { WebSocketOptions } from './websocket-host.ts'
import { HeadwaterError } from '../../errors.ts'
import { Listeners } from '../../listeners.ts'
import { Replica } from '../replica/replica.ts'
import { Engine } from './engine.ts'
import { INITIAL_STATUS, reasonOf } from './status.ts'
import { Ledger } from './ledger.ts'
import { followLead } from './leadership.ts'
import { followPrefixes } from '../replica/follow.ts'
import { inboxOf } from './inbox.ts'
import { pendingCommits } from '../replica/inspect.ts'
import { platform } from '../../platform.ts'
import { statusChannel } from './status-channel.ts'
import { webSocketHost } from './websocket-host.ts'

/** What {@link startSync} takes besides the application. */
export interface SyncOptions extends WebSocketOptions {
  /**
   * The stream-name prefixes to keep on this device, none within another. Default `['']`: all this user may read. It
   * counts the first time, and when it is another than the last time; what {@link Sync.follow} chose stays otherwise.
   */
  readonly follow?: readonly string[]
}

/** The reconciliation of one application's replica with its authority. Make one with {@link startSync}. */
export interface Sync {
  /** How things stand now. */
  readonly status: SyncStatus
  /** The commits that were refused, waiting for a decision; the same in all tabs. */
  readonly inbox: Inbox
  /** Calls back after each change of the status; returns what stops it. */
  onChange(listener: () => void): () => void
  /** Resolves when everything is settled: `synced`. Rejects with `closed` when sync is closed first. */
  synced(): Promise<void>
  /** The commits the authority has not judged, in local order. */
  pending(): Promise<readonly PendingCommit[]>
  /** Keeps these prefixes on this device instead: new ones are fetched, what only others brought is removed. */
  follow(prefixes: readonly string[]): Promise<void>
  /** Ends it; work goes on offline. Twice is fine. */
  close(): Promise<void>
}

/**
 * Starts to reconcile an application's replica with the sync server, and goes on until closed.
 *
 * Every tab may call it: one of them leads and talks to the server. What cannot be reconciled goes to the inbox; what
 * cannot be reached is tried again; nothing is lost by closing. Refuses an application whose store is not a replica.
 *
 * @example
 * const sync = startSync(school, { url: 'wss://sync.example.com', token: () => fetchToken() })
 * sync.onChange(() => console.log(sync.status.phase))
 */
export function startSync(application: Application, options: SyncOptions): Sync {
  return startSyncOn(application, webSocketHost(options), options.follow ?? [''])
}

/** {@link startSync} over a host of your own making: another transport, another clock. */
export function startSyncOn(application: Application, host: SyncHost, follow: readonly string[] = ['']): Sync {
  const replica = application.store
  if (!(replica instanceof Replica)) {
    throw new HeadwaterError('not-supported', `sync: expected "${application.name}" to store in a replica, found another store`)
  }
  replica.attach(application.registry)
  const listeners = new Listeners()
  let status: SyncStatus = INITIAL_STATUS
  let leading = false
  let closed = false
  const show = (next: SyncStatus): void => {
    status = next
    listeners.notify()
  }
  const channel = statusChannel(
    replica.name,
    (heard) => void (!leading && !closed && show({ ...heard, leader: false })),
    () => void (leading && channel.tell(status)),
  )
  const lead = (): (() => void) => {
    leading = true
    const ended = leadReplica(replica, host, follow, (next) => {
      if (!leading) return
      show(next)
      channel.tell(next)
    })
    return () => {
      leading = false
      ended()
    }
  }
  const giveUp = followLead(replica.name, lead)
  // Whoever has just stored something must not be told that all is synced.
  const stopListening = replica.onWork(() => {
    if (status.phase === 'synced') show({ ...status, phase: 'syncing', pending: status.pending + 1 })
  })

  return {
    get status() {
      return status
    },
    inbox: inboxOf(replica),
    onChange: (listener) => listeners.add(listener),
    synced: () =>
      reached(
        listeners,
        () => status.phase === 'synced',
        () => closed,
      ),
    pending: () => replica.read(pendingCommits),
    async follow(prefixes) {
      await replica.update('durable', async (tx, meta) => ({ meta: await followPrefixes(tx, meta, prefixes), result: undefined }))
      // Nothing was fetched yet: that is found out, and told, later.
      if (status.phase === 'synced') show({ ...status, phase: 'syncing' })
    },
    close() {
      if (closed) return Promise.resolve()
      closed = true
      giveUp()
      stopListening()
      channel.close()
      show({ ...status, phase: 'stopped', leader: false })
      return Promise.resolve()
    },
  }
}

/** Leads until told to stop; returns what stops it. */
function leadReplica(
  replica: Replica,
  host: SyncHost,
  follow: readonly string[],
  onStatus: (status: SyncStatus) => void,
): () => void {
  const ledger = new Ledger(replica)
  const fatal = (error: unknown): void => onStatus({ ...INITIAL_STATUS, phase: 'stalled', reason: reasonOf(error), leader: true })
  const engine = new Engine({ ledger, host, onStatus })
  const stopListening = replica.replica.onChange(() => engine.changed())
  const events = platform.events()
  const online = (): void => engine.online()
  events?.addEventListener('online', online)
  let stopped = false
  ledger.lead(follow, () => !stopped).then(() => !stopped && engine.start(), fatal)
  return () => {
    stopped = true
    events?.removeEventListener('online', online)
    stopListening()
    engine.stop()
  }
}

function reached(listeners: Listeners, there: () => boolean, closed: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = listeners.add(look)
    function look(): void {
      if (there()) resolve()
      else if (closed()) reject(new HeadwaterError('closed', 'sync was closed'))
      else return
      stop()
    }
    look()
  })
}
