import type { EventStore } from '../store.ts'
import type { Registry } from './registry.ts'
import type { Repository } from './repository.ts'

/** What every view of one application shares. */
export interface Shared {
  readonly store: EventStore
  readonly registry: Registry
  readonly repository: Repository
  readonly clock: () => Date
}
