export type { Inbox } from './client/inbox.ts'
export type { SocketHandlers, Socket, SyncHost } from './client/host.ts'
export type { Reason, SyncPhase, SyncStatus } from './client/status.ts'
export type { Sync, SyncOptions } from './client/sync.ts'
export { startSync, startSyncOn } from './client/sync.ts'
export type { WebSocketOptions } from './client/websocket-host.ts'
export type * from './protocol/messages.ts'
export { PROTOCOL } from './protocol/messages.ts'
export { decodeClientMessage, decodeServerMessage, encodeMessage } from './protocol/decode.ts'
export { CLOSE, DEFAULT_LIMITS, MAX_LIMITS } from './protocol/limits.ts'
export type { InboxEntry, PendingCommit } from './replica/records.ts'
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
