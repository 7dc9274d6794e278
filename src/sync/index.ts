export type { InboxEntry } from './replica/records.ts'
export type { MemoryDisk } from './replica/memory-storage.ts'
export { memoryDisk, memoryStorage } from './replica/memory-storage.ts'
export type { Replica } from './replica/replica.ts'
export { createReplica, memoryReplica } from './replica/create-replica.ts'
export type {
  RecordKey,
  RecordRange,
  ReplicaStorage,
  ReplicaTransaction,
  Space,
  StoredRecord,
  StreamSpace,
  TransactionMode,
} from './replica/storage.ts'
export { SPACES, STREAM_SPACES } from './replica/storage.ts'
