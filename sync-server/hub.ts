import type { Limits } from '../src/sync/protocol/messages.ts'
import type { Clock } from './clock.ts'
import type { ReplicaOwners } from './handshake.ts'
import type { Log } from './log.ts'
import type { SyncServerOptions } from './options.ts'
import type { Counters } from './stats.ts'
import type { Tail } from './tail.ts'

/** What the sessions of one server share. */
export interface Hub {
  readonly options: SyncServerOptions
  readonly limits: Limits
  readonly heartbeatMs: number
  readonly clock: Clock
  readonly log: Log
  readonly tail: Tail
  readonly owners: ReplicaOwners
  readonly counters: Counters
  /** Whether the last append failed: such a store takes no more until it is opened again. */
  appendFailed: boolean
}
