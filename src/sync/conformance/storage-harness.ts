import type { ReplicaStorage } from '../replica/storage.ts'

/** What a case may need that not every storage has. */
export type StorageNeed = 'persistent'

/**
 * How the storage suite gets at a replica's storage: you write one for each adapter.
 *
 * @example
 * const harness: StorageHarness = { name: 'idb', persistent: true, open: async (name) => idbStorage({ name }) }
 */
export interface StorageHarness {
  /** For reports. */
  readonly name: string
  /** Whether records are still there when the storage is opened after its last connection was closed. */
  readonly persistent: boolean
  /** How long a case may take before it fails. Default 30,000. */
  readonly timeoutMs?: number
  /** Opens a connection of its own to the storage of that name, empty if it is new. Names are letters, digits and `-`. */
  open(name: string): Promise<ReplicaStorage>
  /** Frees what the storage of that name holds; its connections are closed by then. */
  destroy?(name: string): Promise<void>
}

/** One sentence of the storage contract, checked. `run` rejects when the storage does not keep it. */
export interface StorageCase {
  readonly name: string
  readonly needs?: readonly StorageNeed[]
  run(harness: StorageHarness): Promise<void>
}

/** Why a case cannot be run against a harness; `undefined` when it can. */
export function storageSkipReason(testCase: StorageCase, harness: StorageHarness): string | undefined {
  const unmet = (testCase.needs ?? []).filter((need) => !harness[need])
  return unmet.length === 0 ? undefined : `${harness.name} is not ${unmet.join(', ')}`
}
