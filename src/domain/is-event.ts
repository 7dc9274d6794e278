import type { AggregateType } from './aggregate.ts'
import type { DataOf } from './event-map.ts'
import type { RecordedEvent } from '../event.ts'
import { category } from '../names.ts'

/** An event of a known type, its data typed. */
export type EventOf<E, K extends keyof E> = Omit<RecordedEvent, 'data'> & { readonly data: DataOf<E[K]>[0] }

/**
 * Whether an event is that one of that aggregate; then its data has the type its handler takes.
 *
 * @example
 * for await (const event of school.log()) if (isEvent(event, Dog, 'Registered')) console.log(event.data.name)
 */
export function isEvent<S, E extends object, C extends object, K extends keyof E & string>(
  event: RecordedEvent,
  aggregate: AggregateType<S, E, C>,
  type: K,
): event is RecordedEvent & EventOf<E, K> {
  return event.type === type && category(event.stream) === aggregate.type
}
