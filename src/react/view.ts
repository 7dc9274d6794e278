import type { Filter } from '../store.ts'
import type { RecordedEvent } from '../event.ts'

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
