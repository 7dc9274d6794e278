export type { IdbStorageOptions } from './idb-storage.ts'
export { idbReplica } from './idb-replica.ts'
export { idbStorage } from './idb-storage.ts'
