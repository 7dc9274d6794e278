import type { AggregateType } from '../domain/aggregate.ts'
import type { DataOf } from '../domain/event-map.ts'
import type { Filter } from '../store.ts'
import type { RecordedEvent } from '../event.ts'
import { category } from '../names.ts'

/** A fold over every event this device knows, for what spans aggregates: lists, counts, search. */
export interface View<S> extends Filter {
  readonly initial: S
  /** The state after an event; pure. It gives the same object back when the event is none of its business. */
  readonly on: (state: S, event: RecordedEvent) => S
}

/**
 * Defines a view once, outside components, for `useView`: all components that use it share one fold. Give it the
 * filters it can have (`types`, `categories`, `prefix`), and it never sees the rest of the log.
 *
 * @example
 * const dogs = defineView({
 *   initial: [] as readonly string[],
 *   categories: ['Dog'],
 *   on: (names, event) => (isEvent(event, Dog, 'Registered') ? [...names, event.data.name] : names),
 * })
 */
export function defineView<S>(view: View<S>): View<S> {
  return view
}

/** An event of a known type, its data typed. */
export type EventOf<E, K extends keyof E> = Omit<RecordedEvent, 'data'> & { readonly data: DataOf<E[K]>[0] }

/** Whether an event is that one of that aggregate; then its data has the type its handler takes. */
export function isEvent<S, E extends object, C extends object, K extends keyof E & string>(
  event: RecordedEvent,
  aggregate: AggregateType<S, E, C>,
  type: K,
): event is RecordedEvent & EventOf<E, K> {
  return event.type === type && category(event.stream) === aggregate.type
}
