import type { RecordKey, RecordRange, ReplicaStorage, ReplicaTransaction, Space, StoredRecord } from './storage.ts'
import { HeadwaterError } from '../../errors.ts'
import { newId } from '../../ids.ts'
import { Listeners } from '../../listeners.ts'
import { SPACES } from './storage.ts'

/** The records of a replica in memory, shared by every storage opened on it. */
export interface MemoryDisk {
  readonly name: string
  /** @internal */
  readonly spaces: ReadonlyMap<Space, Map<RecordKey, StoredRecord>>
  /** @internal Storages to tell of commits. */
  readonly connections: Set<Listeners>
  /** @internal The end of the line of transactions. */
  tail: Promise<unknown>
  /** Called before each write transaction is kept: what it throws is a storage error, and nothing is written. */
  beforeCommit?: () => void
}

/** Makes an empty disk for {@link memoryStorage}; without a name it shares nothing with any other. */
export function memoryDisk(name: string = `memory-${newId()}`): MemoryDisk {
  return { name, spaces: new Map(SPACES.map((space) => [space, new Map()])), connections: new Set(), tail: Promise.resolve() }
}

/** A replica's storage in memory: the reference for adapters; nothing survives the process. */
export function memoryStorage(disk: MemoryDisk): ReplicaStorage {
  const foreign = new Listeners()
  disk.connections.add(foreign)
  let closed = false

  const run = async <T>(mayWrite: boolean, work: (transaction: ReplicaTransaction) => Promise<T>): Promise<T> => {
    const transaction = new MemoryTransaction(disk, mayWrite)
    try {
      const result = await work(transaction)
      if (!transaction.wrote) return result
      beforeCommit(disk)
      for (const other of disk.connections) if (other !== foreign) other.notify()
      return result
    } catch (error) {
      transaction.rollBack()
      throw error
    }
  }

  return {
    name: disk.name,
    durable: false,
    transact(mode, work) {
      if (closed) return Promise.reject(new HeadwaterError('closed', `replica storage "${disk.name}" is closed`))
      const result = disk.tail.then(() => run(mode !== 'read', work))
      disk.tail = result.catch(() => undefined)
      return result
    },
    onForeignCommit: (listener) => foreign.add(listener),
    close() {
      closed = true
      disk.connections.delete(foreign)
      return Promise.resolve()
    },
  }
}

function beforeCommit(disk: MemoryDisk): void {
  try {
    disk.beforeCommit?.()
  } catch (cause) {
    throw new HeadwaterError('storage-failed', `replica storage "${disk.name}" could not be written`, { cause })
  }
}

class MemoryTransaction implements ReplicaTransaction {
  readonly #disk: MemoryDisk
  readonly #write: boolean
  readonly #undo: (() => void)[] = []

  constructor(disk: MemoryDisk, write: boolean) {
    this.#disk = disk
    this.#write = write
  }

  get wrote(): boolean {
    return this.#undo.length > 0
  }

  rollBack(): void {
    for (const step of this.#undo.reverse()) step()
  }

  get(space: Space, key: RecordKey): Promise<StoredRecord | undefined> {
    return Promise.resolve(this.#space(space).get(key))
  }

  range(space: Space, range: RecordRange = {}): Promise<readonly StoredRecord[]> {
    return Promise.resolve(select([...this.#space(space).values()], range))
  }

  byStream(space: Space, stream: string, range: RecordRange = {}): Promise<readonly StoredRecord[]> {
    const found = [...this.#space(space).values()].filter(({ streams }) => streams?.includes(stream))
    return Promise.resolve(select(found, range))
  }

  count(space: Space): Promise<number> {
    return Promise.resolve(this.#space(space).size)
  }

  put(space: Space, record: StoredRecord): void {
    this.#change(space, record.key, (records) => records.set(record.key, record))
  }

  delete(space: Space, key: RecordKey): void {
    this.#change(space, key, (records) => records.delete(key))
  }

  #change(space: Space, key: RecordKey, change: (records: Map<RecordKey, StoredRecord>) => void): void {
    if (!this.#write) throw new HeadwaterError('not-supported', `a read transaction cannot write to "${space}"`)
    const records = this.#space(space)
    const before = records.get(key)
    this.#undo.push(() => void (before === undefined ? records.delete(key) : records.set(key, before)))
    change(records)
  }

  #space(space: Space): Map<RecordKey, StoredRecord> {
    const records = this.#disk.spaces.get(space)
    if (records === undefined) throw new HeadwaterError('not-found', `no space "${space}" in a replica's storage`)
    return records
  }
}

function select(records: StoredRecord[], { after, upTo, backwards = false, limit }: RecordRange): readonly StoredRecord[] {
  const found = records
    .filter(({ key }) => (after === undefined || key > after) && (upTo === undefined || key <= upTo))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  if (backwards) found.reverse()
  return found.slice(0, limit)
}
