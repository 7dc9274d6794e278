/// <reference lib="esnext.disposable" preserve="true" />
import type { Aggregate, AggregateClass } from '../domain/aggregate-class.ts'
import type { AggregateType } from '../domain/aggregate.ts'
import type { ArgsOf } from '../domain/event-map.ts'
import type { EventStore, LogRange, SubscribeOptions, SubscriptionItem, Verdict } from '../store.ts'
import type { DefinedAggregate } from '../domain/defined-aggregate.ts'
import type { Metadata, RecordedEvent } from '../event.ts'
import type { AnyAggregate } from './registry.ts'
import type { Receipt } from './receipt.ts'
import type { Shared } from './shared.ts'
import { HeadwaterError } from '../errors.ts'
import { Registry } from './registry.ts'
import { Repository } from './repository.ts'
import { encodeJson } from '../json.ts'
import { checkTypeName } from '../names.ts'
import { executeCommand } from './execute.ts'
import { loadInstance, saveInstances } from './save.ts'

/** What {@link createApplication} takes. */
export interface ApplicationOptions {
  /** The application's name: a letter, then letters, digits, `_` or `.`. */
  readonly name: string
  readonly store: EventStore
  /** Every kind of aggregate it works with, of either style. Two of one type are refused (`duplicate-name`). */
  readonly aggregates: readonly AnyAggregate[]
  /** The time commands run at. Default: the host's clock. */
  readonly clock?: () => Date
}

/** An aggregate's state, and the version it is the state of; -1 and the initial state before the first event. */
export interface AggregateState<S> {
  readonly state: S
  readonly version: number
}

/**
 * Commands in, events stored, states and log out: one set of aggregates over one store.
 *
 * The same on a device and on a server; with a replica as its store it works offline and `receipt.confirmed` waits
 * for the authority. Make one with {@link createApplication}.
 */
export class Application implements AsyncDisposable {
  readonly name: string
  readonly store: EventStore
  readonly #shared: Shared
  readonly #metadata: Metadata

  /** @internal */
  constructor(name: string, shared: Shared, metadata: Metadata) {
    this.name = name
    this.store = shared.store
    this.#shared = shared
    this.#metadata = metadata
  }

  /** The kinds of aggregates it was made with. */
  get registry(): Registry {
    return this.#shared.registry
  }

  /**
   * Runs a command on an aggregate and stores what it emits, in one commit.
   *
   * Resolves once the events are durable in the store. When another writer was first the command runs again on the
   * newer state. Rejects with `CommandRefused` when the command says no, and with the store's errors; then nothing
   * was stored.
   */
  async execute<S, E extends object, C extends object, K extends keyof C & string>(
    aggregate: AggregateType<S, E, C>,
    id: string,
    command: K,
    ...args: ArgsOf<C[K]>
  ): Promise<Receipt> {
    this.#shared.registry.check(aggregate.definition)
    return executeCommand(this.#shared, aggregate.definition, id, command, args, this.#metadata)
  }

  /** An aggregate's state now, or as it was right after an earlier version (`not-found` when it never got there). */
  async get<S, E extends object, C extends object>(
    aggregate: AggregateType<S, E, C>,
    id: string,
    at?: { readonly version: number },
  ): Promise<AggregateState<S>> {
    const definition = this.#shared.registry.check(aggregate.definition)
    const stream = this.#shared.registry.stream(definition, id)
    const { state, version } =
      at === undefined
        ? await this.#shared.repository.load(definition, stream)
        : await this.#shared.repository.loadVersion(definition, stream, at.version)
    return { state: state as S, version }
  }

  /** An aggregate as an object to change and {@link save}; a new one when it has no events. */
  load<T extends Aggregate>(type: AggregateClass<T>, id: string): Promise<T>
  load<S, E extends object, C extends object>(type: AggregateType<S, E, C>, id: string): Promise<DefinedAggregate<S, E, C>>
  async load(type: AggregateClass<Aggregate> | AggregateType<unknown, object, object>, id: string): Promise<Aggregate> {
    return loadInstance(this.#shared, type, id)
  }

  /**
   * Stores what happened to several aggregates since they were loaded, all of it or nothing.
   *
   * Rejects with `VersionConflict` when another writer was first at any of them; the objects keep what is unsaved.
   */
  async save(...aggregates: readonly Aggregate[]): Promise<Receipt> {
    return saveInstances(this.#shared, aggregates, this.#metadata)
  }

  /** The store's log in its total order, each event of a known aggregate in its shape of today. */
  async *log(range: LogRange = {}): AsyncGenerator<RecordedEvent> {
    for await (const event of this.store.readAll(range)) yield this.#shared.registry.current(event)
  }

  /** The log, and then what comes; see point 7 of {@link EventStore}. */
  async *subscribe(options: SubscribeOptions = {}): AsyncGenerator<SubscriptionItem> {
    for await (const item of this.store.subscribe(options)) {
      yield item.type === 'event' ? { type: 'event', event: this.#shared.registry.current(item.event) } : item
    }
  }

  /** The authority's verdict on an earlier commit; like {@link Receipt.confirmed}, also after a restart. */
  async verdict(commitId: string): Promise<Verdict> {
    if (this.store.replica === undefined) {
      throw new HeadwaterError('not-supported', `"${this.name}" stores without an authority: what it stored is confirmed`)
    }
    return this.store.replica.verdict(commitId)
  }

  /** The same application, adding metadata (actor, correlationId, causationId or keys of your own) to all it stores. */
  with(metadata: Metadata): Application {
    encodeJson(metadata, 'metadata')
    return new Application(this.name, this.#shared, { ...this.#metadata, ...metadata })
  }

  /** Closes the store; twice is fine. */
  async close(): Promise<void> {
    await this.store.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/**
 * Makes an application. Touches nothing outside: the store opens when first used.
 *
 * @example
 * await using school = createApplication({ name: 'TrainingSchool', aggregates: [Dog], store: memoryStore() })
 * await school.execute(Dog, 'fido', 'register', 'Fido')
 */
export function createApplication(options: ApplicationOptions): Application {
  checkTypeName(options.name, 'application name')
  const shared: Shared = {
    store: options.store,
    registry: new Registry(options.aggregates),
    repository: new Repository(options.store),
    clock: options.clock ?? (() => new Date()),
  }
  return new Application(options.name, shared, {})
}
