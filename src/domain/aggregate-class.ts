import type { AggregateType, ArgsOf, DataOf } from './aggregate.ts'
import type { Definition, Fact } from './definition.ts'
import type { StoredCommand } from '../store.ts'
import { CommandRefused, HeadwaterError } from '../errors.ts'
import { streamName } from '../names.ts'
import { copyJson } from '../json.ts'
import { newId } from '../ids.ts'
import { classDefinition } from './class-definition.ts'

/**
 * The base of aggregates written as classes: an object that remembers what happened to it until it is saved.
 *
 * Extend it directly and mark methods with `@event` from `headwater/decorators`, or extend {@link classOf} a
 * defined aggregate, which needs no decorator. A concrete class has
 * its stored name as `static type`; its constructor takes the id alone, for loading calls it too.
 *
 * @example
 * class Dog extends Aggregate {
 *   static type = 'Dog'
 *   tricks: string[] = []
 *   @event('TrickAdded') addTrick(e: { trick: string }) { this.tricks.push(e.trick) }
 * }
 */
export abstract class Aggregate {
  readonly id: string
  #version = -1
  #unsaved: Fact[] = []
  #evolving = false

  constructor(id: string) {
    this.id = id
    streamName(definitionOf(this.constructor as AggregateClass<Aggregate>).type, id)
  }

  /** The version of the last event, saved or not; -1 before the first. */
  get version(): number {
    return this.#version
  }

  /** What happened since it was made, loaded or saved. */
  get unsaved(): readonly Fact[] {
    return this.#unsaved
  }

  /** Lets an event happen: checks its name and data, evolves, and remembers it until saved. */
  protected record(type: string, data: unknown): void {
    if (this.#evolving) {
      throw new HeadwaterError(
        'not-supported',
        `event "${type}" of "${this.id}": expected no event while another one is being applied`,
      )
    }
    const fact = definitionOf(this.constructor as AggregateClass<Aggregate>).checked(type, data)
    this.#evolve(fact)
    this.#unsaved.push(fact)
  }

  /** Says no: throws {@link CommandRefused}. */
  protected refuse(reason: string, message: string): never {
    throw new CommandRefused(reason, message)
  }

  /** @internal Applies a stored event. */
  static replay(aggregate: Aggregate, fact: Fact): void {
    aggregate.#evolve(fact)
  }

  /** @internal Takes a decorated method's call for an event that happens now. */
  static recordCall(aggregate: Aggregate, type: string, data: unknown): void {
    aggregate.record(type, data)
  }

  /** @internal The first `count` unsaved events have been stored. */
  static saved(aggregate: Aggregate, count: number): void {
    aggregate.#unsaved = aggregate.#unsaved.slice(count)
  }

  /** @internal How an event changes this object; the decorated methods do, unless a subclass knows better. */
  protected evolve(fact: Fact): void {
    definitionOf(this.constructor as AggregateClass<Aggregate>).evolve(this, fact)
  }

  #evolve(fact: Fact): void {
    this.#evolving = true
    try {
      this.evolve(fact)
      this.#version++
    } finally {
      this.#evolving = false
    }
  }
}

/** A concrete class of aggregates. */
export interface AggregateClass<T extends Aggregate> {
  new (id: string): T
  readonly type: string
}

/** An aggregate over a defined event map, as an object: its state, its events to emit, its commands to run. */
export abstract class DefinedAggregate<S, E, C> extends Aggregate {
  /** Lets an event happen, by name. */
  protected readonly emit: { readonly [K in keyof E]: (...data: DataOf<E[K]>) => void }
  #state: S

  constructor(id: string) {
    super(id)
    const definition = definitionOf(this.constructor as AggregateClass<Aggregate>)
    this.#state = definition.initial(id) as S
    const emit = definition.events.map((type) => [type, (data?: unknown) => this.record(type, data)] as const)
    this.emit = Object.fromEntries(emit) as unknown as typeof this.emit
  }

  /** What its events so far lead to. */
  get state(): S {
    return this.#state
  }

  /** Runs one of the defined commands on it. */
  run<K extends keyof C & string>(name: K, ...args: ArgsOf<C[K]>): this {
    const definition = definitionOf(this.constructor as AggregateClass<Aggregate>)
    const stream = streamName(definition.type, this.id)
    const command: StoredCommand = {
      aggregate: definition.type,
      stream,
      name,
      args: copyJson(args, `arguments of "${name}"`) as StoredCommand['args'],
      now: new Date().toISOString(),
      seed: newId(),
    }
    for (const { type, data } of definition.decide(command, this.state, this.version)) this.record(type, data)
    return this
  }

  protected override evolve(fact: Fact): void {
    this.#state = definitionOf(this.constructor as AggregateClass<Aggregate>).evolve(this.#state, fact) as S
  }
}

/** The class {@link classOf} gives. */
export interface DefinedClass<S, E, C> {
  new (id: string): DefinedAggregate<S, E, C>
  readonly type: string
  readonly definition: Definition
}

/**
 * A base class over a defined aggregate's events, for those who like methods; it needs no decorator.
 *
 * @example
 * class DogModel extends classOf(Dog) {
 *   addTrick(trick: string) {
 *     if (this.state.tricks.includes(trick)) this.refuse('already-known', `${this.state.name} knows ${trick}`)
 *     this.emit.TrickAdded({ trick })
 *   }
 * }
 */
export function classOf<S, E extends object, C extends object>({ definition }: AggregateType<S, E, C>): DefinedClass<S, E, C> {
  return class extends DefinedAggregate<S, E, C> {
    static readonly type: string = definition.type
    static readonly definition: Definition = definition
  }
}

const definitions = new WeakMap<object, Definition>()

/** The definition behind a class: the one it was given by {@link classOf}, or the one its `@event` methods make. */
export function definitionOf(type: AggregateClass<Aggregate> | { readonly definition: Definition }): Definition {
  if ('definition' in type) return type.definition
  let definition = definitions.get(type)
  if (definition === undefined) {
    definition = classDefinition(type, (id) => new type(id))
    definitions.set(type, definition)
  }
  return definition
}
