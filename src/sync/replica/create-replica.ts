import type { MemoryDisk } from './memory-storage.ts'
import type { ReplicaStorage } from './storage.ts'
import { memoryDisk, memoryStorage } from './memory-storage.ts'
import { Replica } from './replica.ts'

/** A device's store over an adapter's storage. Opens nothing before it is used. */
export function createReplica(storage: ReplicaStorage): Replica {
  return new Replica(storage)
}

/** A replica that lives in memory: for tests, and for devices that keep nothing. Replicas on one disk share it, as tabs do. */
export function memoryReplica(options: { readonly disk?: MemoryDisk } = {}): Replica {
  return new Replica(memoryStorage(options.disk ?? memoryDisk()))
}
