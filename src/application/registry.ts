import type { Aggregate, AggregateClass } from '../domain/aggregate-class.ts'
import type { Definition } from '../domain/definition.ts'
import type { StreamEvent } from '../event.ts'
import { HeadwaterError } from '../errors.ts'
import { category, streamName } from '../names.ts'
import { definitionOf } from '../domain/aggregate-class.ts'

/** An aggregate of either style: defined by `defineAggregate`, or a class. */
export type AnyAggregate = { readonly definition: Definition } | AggregateClass<Aggregate>

/** The kinds of aggregates an application knows, by type. */
export class Registry {
  readonly #byType = new Map<string, Definition>()

  /** Refuses two aggregates of one type: `duplicate-name`. */
  constructor(aggregates: readonly AnyAggregate[]) {
    for (const aggregate of aggregates) {
      const definition = definitionOf(aggregate)
      const other = this.#byType.get(definition.type)
      // A defined aggregate and a class over it share one definition: naming both is no duplicate.
      if (other !== undefined && other !== definition) {
        throw new HeadwaterError('duplicate-name', `two aggregates have the type "${definition.type}", expected one`)
      }
      this.#byType.set(definition.type, definition)
    }
  }

  /** The definition, if it is one of these; `not-found` otherwise. */
  check(definition: Definition): Definition {
    if (this.#byType.get(definition.type) === definition) return definition
    const known = [...this.#byType.keys()].join(', ')
    throw new HeadwaterError('not-found', `aggregate "${definition.type}" is not in this application, which has: ${known}`)
  }

  /** The definition of the aggregate that a stream belongs to, if it is known here. */
  ofStream(stream: string): Definition | undefined {
    return this.#byType.get(category(stream))
  }

  /** The stream of an aggregate. */
  stream(definition: Definition, id: string): string {
    return streamName(definition.type, id)
  }

  /** An event in its shape of today; one of an unknown aggregate, or of a newer app, as it is. */
  current<T extends StreamEvent>(event: T): T {
    const definition = this.ofStream(event.stream)
    return definition?.knows(event) === true ? { ...event, ...definition.current(event) } : event
  }
}
