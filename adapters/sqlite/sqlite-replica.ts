import type { Replica } from '../../src/sync/index.ts'
import type { SqliteStorageOptions } from './replica-storage.ts'
import { createReplica } from '../../src/sync/index.ts'
import { sqliteStorage } from './replica-storage.ts'

/**
 * A device's store in one SQLite file, for a device that runs Node.
 *
 * @example
 * const till = createApplication({ name: 'Till', store: sqliteReplica({ file: 'till.db' }) })
 */
export function sqliteReplica(options: SqliteStorageOptions): Replica {
  return createReplica(sqliteStorage(options))
}
