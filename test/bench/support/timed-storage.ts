import type { ReplicaStorage } from 'headwater/sync'

/** A storage that also tells how long its transactions took, in milliseconds. */
export interface TimedStorage {
  readonly storage: ReplicaStorage
  /** Those that took what came from the authority. */
  readonly relaxed: number[]
}

export function timedStorage(storage: ReplicaStorage): TimedStorage {
  const relaxed: number[] = []
  return {
    relaxed,
    storage: {
      name: storage.name,
      durable: storage.durable,
      async transact(mode, work) {
        const start = performance.now()
        const result = await storage.transact(mode, work)
        if (mode === 'relaxed') relaxed.push(performance.now() - start)
        return result
      },
      onForeignCommit: (listener) => storage.onForeignCommit(listener),
      close: () => storage.close(),
    },
  }
}
