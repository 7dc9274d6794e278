import type { Definition } from '../domain/definition.ts'
import type { EventStore } from '../store.ts'
import { HeadwaterError } from '../errors.ts'
import { aggregateId } from '../names.ts'
import { Recent } from '../recent.ts'

/** An aggregate's state at a version of its stream; -1 before the first event. */
export interface Loaded {
  readonly state: unknown
  readonly version: number
  /** The count of rewrites it was read under; on a replica only. */
  readonly basis?: number
  /** Whether it may be older than what the store holds by now. */
  readonly cached: boolean
}

/** Loads aggregates from a store, and keeps the states of those used last. */
export class Repository {
  readonly #store: EventStore
  readonly #cache: Recent<Loaded>

  constructor(store: EventStore, capacity = 1000) {
    this.#store = store
    this.#cache = new Recent(capacity)
  }

  /** The state last seen, if there is one; it may be behind the store. */
  recall(stream: string): Loaded | undefined {
    return this.#cache.get(stream)
  }

  /** The state now: the one last seen, brought forward by the events since. */
  async load(definition: Definition, stream: string): Promise<Loaded> {
    const basis = await this.#store.replica?.basis()
    const known = this.#cache.get(stream)
    const from = known !== undefined && known.basis === basis ? known : undefined
    const loaded = await this.#fold(
      definition,
      stream,
      from?.state ?? definition.initial(aggregateId(stream)),
      from?.version ?? -1,
    )
    // Rewritten while it was read, what is new does not continue what was known: all of it is read instead.
    const torn = from !== undefined && loaded.version > from.version && (await this.#store.replica?.basis()) !== basis
    if (torn) return this.load(definition, stream)
    const fresh = { ...loaded, ...(basis === undefined ? {} : { basis }), cached: false }
    this.remember(stream, fresh)
    return fresh
  }

  /** The state as it was right after the event of that version. `not-found` when the stream is shorter. */
  async loadVersion(definition: Definition, stream: string, version: number): Promise<{ state: unknown; version: number }> {
    const loaded = await this.#fold(definition, stream, definition.initial(aggregateId(stream)), -1, version)
    if (loaded.version !== version) {
      throw new HeadwaterError('not-found', `stream "${stream}" is at version ${loaded.version}, expected at least ${version}`)
    }
    return loaded
  }

  /** Keeps a state just read or written. */
  remember(stream: string, loaded: Loaded): void {
    this.#cache.set(stream, { ...loaded, cached: true })
  }

  /** Drops what is remembered of a stream. */
  forget(stream: string): void {
    this.#cache.delete(stream)
  }

  async #fold(
    definition: Definition,
    stream: string,
    state: unknown,
    version: number,
    upTo?: number,
  ): Promise<{ state: unknown; version: number }> {
    let folded = state
    let at = version
    for await (const event of this.#store.readStream(stream, { after: version, ...(upTo === undefined ? {} : { upTo }) })) {
      folded = definition.evolve(folded, event)
      at = event.version
    }
    return { state: folded, version: at }
  }
}
