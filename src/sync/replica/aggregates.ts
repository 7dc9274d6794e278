import type { Definition } from '../../domain/definition.ts'
import type { RecordedEvent } from '../../event.ts'
import type { ReplicaTransaction } from './storage.ts'
import { HeadwaterError } from '../../errors.ts'
import { aggregateId, category } from '../../names.ts'
import { Recent } from '../../recent.ts'
import { confirmedEvents } from './streams.ts'

/** Finds the aggregate a stream belongs to. */
export interface AggregateSource {
  ofStream(stream: string): Definition | undefined
}

/** A stream's state as of its confirmed events. */
export interface ConfirmedState {
  readonly definition: Definition
  readonly state: unknown
  readonly version: number
}

const CAPACITY = 500

/** The states of streams by what the authority confirmed; that history never changes, so they are only brought forward. */
export class ConfirmedStates {
  readonly #aggregates: AggregateSource
  readonly #known = new Recent<ConfirmedState>(CAPACITY)

  constructor(aggregates: AggregateSource) {
    this.#aggregates = aggregates
  }

  /** Rejects with `not-found` for an aggregate this app does not have, `unknown-event` for an event it does not. */
  async load(tx: ReplicaTransaction, stream: string): Promise<ConfirmedState> {
    const definition = this.#aggregates.ofStream(stream)
    if (definition === undefined) {
      throw new HeadwaterError('not-found', `stream "${stream}": this app has no aggregate "${category(stream)}"`)
    }
    const known = this.#known.get(stream) ?? { definition, state: definition.initial(aggregateId(stream)), version: -1 }
    const loaded = fold(known, await confirmedEvents(tx, stream, known.version))
    if (!definition.mutable) this.#known.set(stream, loaded)
    return loaded
  }

  /** The state at an earlier version, as far as the stream goes. */
  async loadVersion(tx: ReplicaTransaction, stream: string, version: number): Promise<ConfirmedState | undefined> {
    const definition = this.#aggregates.ofStream(stream)
    if (definition === undefined) return undefined
    const events = await confirmedEvents(tx, stream, -1)
    return fold(
      { definition, state: definition.initial(aggregateId(stream)), version: -1 },
      events.filter((event) => event.version <= version),
    )
  }

  /** After a write that did not come through: what was read from it may not exist. */
  clear(): void {
    this.#known.clear()
  }
}

function fold({ definition, state, version }: ConfirmedState, events: readonly RecordedEvent[]): ConfirmedState {
  return {
    definition,
    state: events.reduce((now, event) => definition.evolve(now, event), state),
    version: events.at(-1)?.version ?? version,
  }
}
