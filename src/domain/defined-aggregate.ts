import type { AggregateClass } from './aggregate-class.ts'
import type { AggregateType } from './aggregate.ts'
import type { ArgsOf, DataOf } from './event-map.ts'
import type { Definition, Fact } from './definition.ts'
import type { StoredCommand } from '../store.ts'
import { Aggregate, definitionOf } from './aggregate-class.ts'
import { copyJson } from '../json.ts'
import { newId } from '../ids.ts'
import { streamName } from '../names.ts'

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
