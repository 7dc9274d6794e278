import type { Definition, Fact } from './definition.ts'
import { CommandRefused, HeadwaterError } from '../errors.ts'
import { streamName } from '../names.ts'
import { classDefinition } from './class-definition.ts'

/**
 * The base of aggregates written as classes: an object that remembers what happened to it until it is saved.
 *
 * Extend it directly and mark methods with `@event` from `headwater/decorators`, or extend `classOf` a
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
