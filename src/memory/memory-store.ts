import type { RecordedEvent } from '../event.ts'
import type { Batch, Capabilities, EventStore, LogRange, StreamRange, SubscribeOptions, SubscriptionItem } from '../store.ts'
import type { MemoryLog } from './memory-log.ts'
import { prepareBatch, recordedEvent } from '../batch.ts'
import { HeadwaterError } from '../errors.ts'
import { logBounds, matcher, streamBounds } from '../filter.ts'
import { judgeAppend } from '../judge-append.ts'
import { checkStreamName } from '../names.ts'
import { followLog } from '../subscription.ts'
import { memoryLog } from './memory-log.ts'

/** What {@link memoryStore} can be given. */
export interface MemoryStoreOptions {
  /** The log to connect to: stores on one log are connections to one database. Default: a log of its own. */
  readonly log?: MemoryLog
  /** Called before each write; what it throws is a storage error (`storage-failed`, or its own code). For fault tests. */
  readonly beforeWrite?: () => void
}

/**
 * An {@link EventStore} in memory: the reference for the contract, and the store for tests.
 *
 * It keeps the payload as text, so that what is read shares nothing with what was written.
 *
 * @example
 * const store = memoryStore()
 * await store.append({ events: [{ id: newId(), stream: 'Dog-fido', type: 'Registered', data: {} }], expect: { 'Dog-fido': 'none' } })
 */
export function memoryStore(options: MemoryStoreOptions = {}): EventStore {
  return new MemoryStore(options.log ?? memoryLog(), options.beforeWrite)
}

class MemoryStore implements EventStore {
  readonly capabilities: Capabilities = { multiStream: true, idScope: 'store', durable: false }
  readonly #log: MemoryLog
  readonly #beforeWrite: (() => void) | undefined
  #closed = false
  #failure: HeadwaterError | undefined

  constructor(log: MemoryLog, beforeWrite: (() => void) | undefined) {
    this.#log = log
    this.#beforeWrite = beforeWrite
  }

  async append(batch: Batch): Promise<readonly RecordedEvent[]> {
    this.#checkOpen()
    const prepared = prepareBatch(batch, this.capabilities)
    // From here to the end nothing awaits: that is this store's transaction.
    if (this.#failure !== undefined) throw stopped(this.#failure)
    const log = this.#log
    const known = judgeAppend(
      prepared,
      (stream) => log.streamRows(stream).length - 1,
      (id) => log.find(id),
    )
    if (known !== undefined) return known
    try {
      this.#beforeWrite?.()
    } catch (cause) {
      this.#failure =
        cause instanceof HeadwaterError
          ? cause
          : new HeadwaterError('storage-failed', 'memory store: the write failed', { cause })
      throw this.#failure
    }
    const rows = log.write(prepared.events)
    return rows.map((row) => recordedEvent(row, row.version, row.position))
  }

  async *readStream(stream: string, range: StreamRange = {}): AsyncGenerator<RecordedEvent, undefined> {
    this.#checkOpen()
    checkStreamName(stream)
    const { after, upTo, backwards, limit } = streamBounds(range)
    const rows = this.#log.streamRows(stream)
    const first = Math.max(after + 1, 0)
    const last = Math.min(upTo, rows.length - 1)
    for (let i = 0; i < Math.min(limit, last - first + 1); i++) {
      const row = rows[backwards ? last - i : first + i]
      if (row === undefined) return
      yield recordedEvent(row, row.version, row.position)
      this.#checkOpen()
    }
  }

  async *readAll(range: LogRange = {}): AsyncGenerator<RecordedEvent, undefined> {
    this.#checkOpen()
    const { after, upTo, backwards, limit } = logBounds(range)
    const matches = matcher(range)
    const rows = this.#log.rows
    const first = Math.max(after, 0)
    const last = Math.min(upTo, rows.length) - 1
    let given = 0
    for (let i = 0; i <= last - first && given < limit; i++) {
      const row = rows[backwards ? last - i : first + i]
      if (row === undefined) return
      if (!matches(row)) continue
      yield recordedEvent(row, row.version, row.position)
      this.#checkOpen()
      given++
    }
  }

  subscribe(options: SubscribeOptions = {}): AsyncIterable<SubscriptionItem> {
    return followLog(
      {
        head: () => this.head(),
        readAll: (range) => this.readAll(range),
        onChange: (listener) => this.#log.changes.add(listener),
      },
      options,
    )
  }

  async head(): Promise<number> {
    this.#checkOpen()
    return this.#log.rows.length
  }

  async logId(): Promise<string> {
    this.#checkOpen()
    return this.#log.id
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#log.changes.notify()
  }

  #checkOpen(): void {
    if (this.#closed) throw new HeadwaterError('closed', 'the memory store is closed')
  }
}

function stopped(cause: HeadwaterError): HeadwaterError {
  return new HeadwaterError(cause.code, 'the memory store takes no more appends after a storage error: open it again', { cause })
}
