import type { AggregateSource } from './aggregates.ts'
import type { BeyondLog } from './beyond-log.ts'
import type { Batch, Capabilities, EventStore, LogRange, StreamRange, SubscribeOptions, SubscriptionItem } from '../../store.ts'
import type { Meta } from './meta.ts'
import type { PreparedBatch } from '../../batch.ts'
import type { RecordedEvent } from '../../event.ts'
import type { ReplicaStorage, ReplicaTransaction, TransactionMode } from './storage.ts'
import { HeadwaterError, isHeadwaterError } from '../../errors.ts'
import { Listeners } from '../../listeners.ts'
import { Opening } from '../../opening.ts'
import { MAX_LIMITS } from '../protocol/limits.ts'
import { checkStreamName } from '../../names.ts'
import { logBounds, matcher, streamBounds } from '../../filter.ts'
import { followLog } from '../../subscription.ts'
import { prepareBatch } from '../../batch.ts'
import { ConfirmedStates } from './aggregates.ts'
import { KnownVersions } from './known-versions.ts'
import { Verdicts } from './verdicts.ts'
import { appendPending, checkPushable, findAppended } from './append.ts'
import { beyondLog } from './beyond-log.ts'
import { PROVISIONAL } from './records.ts'
import { readConfirmed, readUnconfirmed } from './read-log.ts'
import { ensureMeta, readMeta, writeMeta } from './meta.ts'
import { readStream } from './read-stream.ts'

const COMMIT_LIMITS = { eventsPerCommit: MAX_LIMITS.eventsPerCommit, commitLength: MAX_LIMITS.messageLength / 2 }

/**
 * A device's store: it keeps the {@link EventStore} contract, offline, and is reconciled with an authority by sync.
 *
 * What is appended is pending until the authority has accepted it. Streams read as this device sees them: confirmed
 * events, then its own. The log (`readAll`, `subscribe`, `head`) is the authority's, as far as it has come; until the
 * replica first meets an authority, the log is its own, at provisional positions from 2^52 on.
 *
 * Make one with an adapter's factory (`idbReplica`, `sqliteReplica`) or {@link memoryReplica}.
 */
export class Replica implements EventStore {
  readonly capabilities: Capabilities
  readonly #storage: ReplicaStorage
  readonly #changes = new Listeners()
  readonly #work = new Listeners()
  readonly #verdicts = new Verdicts(
    (work) => this.read(work),
    (listener) => this.#onChange(listener),
  )
  readonly #known = new KnownVersions()
  readonly #opening: Opening<void>
  #states = new ConfirmedStates({ ofStream: () => undefined })
  #stopListening: (() => void) | undefined
  #failure: HeadwaterError | undefined
  #closed = false

  /** @internal */
  constructor(storage: ReplicaStorage) {
    this.#storage = storage
    this.#opening = new Opening(() => storage.transact('durable', ensureMeta))
    this.capabilities = {
      multiStream: true,
      idScope: 'stream',
      durable: storage.durable,
      maxBatch: COMMIT_LIMITS.eventsPerCommit,
    }
  }

  /** What the application above and the sync client need of a replica. */
  readonly replica: NonNullable<EventStore['replica']> = {
    basis: async () => (await this.meta()).rewrites,
    verdict: (commitId) => this.#verdicts.of(commitId),
    onChange: (listener) => this.#onChange(listener),
  }

  /** The storage's name: replicas of one name are one device. */
  get name(): string {
    return this.#storage.name
  }

  /** @internal The aggregates that commits are decided again with. */
  attach(aggregates: AggregateSource): void {
    this.#states = new ConfirmedStates(aggregates)
  }

  async append(batch: Batch): Promise<readonly RecordedEvent[]> {
    this.#check()
    const prepared = prepareBatch(batch, this.capabilities)
    if (prepared.events.length === 0) return []
    checkPushable(prepared, COMMIT_LIMITS)
    const stored = await this.#append(prepared).catch((error: unknown) => this.#afterFailure(error, prepared))
    this.#changes.notify()
    return stored
  }

  async *readStream(stream: string, range: StreamRange = {}): AsyncGenerator<RecordedEvent> {
    this.#check()
    checkStreamName(stream)
    for await (const event of readStream(this.#storage, stream, streamBounds(range))) {
      this.#check()
      yield event
    }
  }

  async *readAll(range: LogRange = {}): AsyncGenerator<RecordedEvent> {
    const meta = await this.meta()
    const given = logBounds(range)
    const bounds = { ...given, upTo: Math.min(given.upTo, headOf(meta)) }
    const matches = matcher(range)
    let left = bounds.limit
    const log =
      meta.authority === undefined ? readUnconfirmed(this.#storage, bounds) : readConfirmed(this.#storage, meta.cursors, bounds)
    for await (const event of log) {
      this.#check()
      if (!matches(event)) continue
      if (left-- <= 0) return
      yield event
    }
  }

  subscribe(options: SubscribeOptions = {}): AsyncIterable<SubscriptionItem> {
    return followLog(
      { head: () => this.head(), readAll: (range) => this.readAll(range), onChange: (listener) => this.#onChange(listener) },
      options,
    )
  }

  async head(): Promise<number> {
    return headOf(await this.meta())
  }

  /** What this device knows besides its log: for views of everything, also of what is pending. */
  unconfirmed(): Promise<BeyondLog> {
    return this.read(beyondLog)
  }

  async logId(): Promise<string> {
    const { authority, replicaId } = await this.meta()
    return authority ?? replicaId
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#changes.notify()
    this.#stopListening?.()
    await this.#storage.close()
  }

  /** @internal */
  meta(): Promise<Meta> {
    return this.#transact('read', readMeta)
  }

  /** @internal Calls back when this tab has added pending work, before whoever added it hears of it. */
  onWork(listener: () => void): () => void {
    return this.#work.add(listener)
  }

  /** @internal Reads in one transaction. */
  read<T>(work: (tx: ReplicaTransaction) => Promise<T>): Promise<T> {
    return this.#transact('read', work)
  }

  /** @internal Changes the replica in one transaction; `work` gives its record back, or `undefined` for no change. */
  async update<T>(
    mode: Exclude<TransactionMode, 'read'>,
    work: (
      tx: ReplicaTransaction,
      meta: Meta,
      states: ConfirmedStates,
    ) => Promise<{ readonly meta?: Meta | undefined; readonly result: T }>,
  ): Promise<T> {
    try {
      const { changed, worked, result } = await this.#transact(mode, async (tx) => {
        const before = await readMeta(tx)
        const done = await work(tx, before, this.#states)
        if (done.meta !== undefined) writeMeta(tx, done.meta)
        const worked = done.meta !== undefined && done.meta.nextSeq > before.nextSeq
        return { changed: done.meta !== undefined, worked, result: done.result }
      })
      if (worked) this.#work.notify()
      if (changed) this.#changes.notify()
      return result
    } catch (error) {
      this.#states.clear()
      throw error
    }
  }

  async #append(batch: PreparedBatch): Promise<readonly RecordedEvent[]> {
    const { recorded, made } = await this.#transact('durable', async (tx) => {
      if (this.#failure !== undefined) throw this.#stopped(this.#failure)
      const meta = await readMeta(tx)
      const versions = this.#known.at(meta.generation)
      const result = await appendPending(tx, meta, batch, versions)
      return { recorded: result.recorded, made: result.meta && { versions, generation: writeMeta(tx, result.meta).generation } }
    })
    if (made !== undefined) {
      this.#known.keep(made.versions, made.generation)
      this.#work.notify()
    }
    return recorded
  }

  /** Point 8: a storage error ends the line of appends; one that leaves the outcome open is resolved by looking. */
  async #afterFailure(error: unknown, batch: PreparedBatch): Promise<readonly RecordedEvent[]> {
    if (!isHeadwaterError(error, 'storage-failed') && !isHeadwaterError(error, 'storage-full')) throw error
    this.#failure ??= error
    const stored = await this.read((tx) => findAppended(tx, batch)).catch(() => undefined)
    if (stored === undefined) throw error
    this.#work.notify()
    return stored
  }

  #stopped(cause: HeadwaterError): HeadwaterError {
    return new HeadwaterError(cause.code, `replica "${this.name}" takes nothing more after a storage error: open it again`, {
      cause,
    })
  }

  /** The storage is listened to only while somebody here listens: a replica at rest keeps no timer. */
  #onChange(listener: () => void): () => void {
    this.#stopListening ??= this.#storage.onForeignCommit(() => this.#changes.notify())
    const remove = this.#changes.add(listener)
    return () => {
      remove()
      if (this.#changes.size > 0) return
      this.#stopListening?.()
      this.#stopListening = undefined
    }
  }

  async #transact<T>(mode: TransactionMode, work: (tx: ReplicaTransaction) => Promise<T>): Promise<T> {
    this.#check()
    await this.#opening.get()
    return this.#storage.transact(mode, work)
  }

  #check(): void {
    if (this.#closed) throw new HeadwaterError('closed', `replica "${this.name}" is closed`)
  }
}

/** How far the log goes: what is followed least far, or, before any authority, what was done last. */
function headOf({ authority, nextSeq, cursors }: Meta): number {
  if (authority !== undefined) return cursors.length === 0 ? 0 : Math.min(...cursors.map(({ position }) => position))
  return nextSeq === 1 ? 0 : PROVISIONAL + nextSeq - 1
}
