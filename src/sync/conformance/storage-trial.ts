import type { ReplicaStorage, Space, StoredRecord } from '../replica/storage.ts'
import type { StorageCase, StorageHarness, StorageNeed } from './storage-harness.ts'
import { ConformanceFailure } from '../../conformance/assert.ts'
import { newId } from '../../ids.ts'
import { platform } from '../../platform.ts'

/** What a case works with: connections to a storage of its own, closed and destroyed after it. */
export class StorageTrial {
  readonly harness: StorageHarness
  readonly name: string = `storage-${newId()}`
  readonly #connections: ReplicaStorage[] = []

  constructor(harness: StorageHarness) {
    this.harness = harness
  }

  async open(): Promise<ReplicaStorage> {
    const storage = await this.harness.open(this.name)
    this.#connections.push(storage)
    return storage
  }

  /** Rejects when `event` does not come before the case's time is up. */
  soon<T>(what: string, event: Promise<T>): Promise<T> {
    return within(this.harness.timeoutMs ?? 30_000, what, event)
  }

  async end(): Promise<void> {
    for (const storage of this.#connections) await storage.close()
    await this.harness.destroy?.(this.name)
  }
}

/** A case of the suite: gives it a trial, a deadline, and cleans up after it. */
export function storageCase(
  name: string,
  check: (trial: StorageTrial) => Promise<void>,
  needs: readonly StorageNeed[] = [],
): StorageCase {
  return {
    name,
    needs,
    run: async (harness) => {
      const trial = new StorageTrial(harness)
      try {
        await trial.soon('the case', check(trial))
      } finally {
        await trial.soon('closing', trial.end())
      }
    },
  }
}

/** Stores records in one transaction. */
export function store(storage: ReplicaStorage, space: Space, ...records: readonly StoredRecord[]): Promise<void> {
  return storage.transact('durable', async (transaction) => {
    for (const record of records) transaction.put(space, record)
  })
}

/** All records of a space, as another transaction sees them. */
export function all(storage: ReplicaStorage, space: Space): Promise<readonly StoredRecord[]> {
  return storage.transact('read', (transaction) => transaction.range(space))
}

/** The keys of records, the shortest thing to compare. */
export function keys(records: readonly StoredRecord[]): readonly (number | string)[] {
  return records.map(({ key }) => key)
}

async function within<T>(timeoutMs: number, what: string, work: Promise<T>): Promise<T> {
  let timer: unknown
  const deadline = new Promise<never>((_, reject) => {
    timer = platform.setTimeout(() => reject(new ConformanceFailure(`${what}: no end within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    platform.clearTimeout(timer)
  }
}
