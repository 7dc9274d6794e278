import type { Replica } from '../../src/sync/index.ts'
import type { IdbStorageOptions } from './idb-storage.ts'
import { createReplica } from '../../src/sync/index.ts'
import { idbStorage } from './idb-storage.ts'

/**
 * A device's store in IndexedDB: local first, shared by all tabs of the origin.
 *
 * @example
 * const school = createApplication({ name: 'TrainingSchool', store: idbReplica({ name: 'school' }) })
 */
export function idbReplica(options: IdbStorageOptions): Replica {
  return createReplica(idbStorage(options))
}
