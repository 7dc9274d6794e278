import type { AggregateType } from '../domain/aggregate.ts'
import type { ArgsOf } from '../domain/event-map.ts'
import type { Receipt } from '../application/receipt.ts'
import { useCallback, useSyncExternalStore } from 'react'
import { readingsOf } from './readings.ts'
import { useProvided } from './provider.ts'

/** An aggregate as this device sees it, and the way to change it. */
export interface AggregateHandle<S, C> {
  /** Confirmed events and then this device's own; the initial state before the first event, and while loading. */
  readonly state: S
  /** The version it is the state of; -1 before the first event. */
  readonly version: number
  readonly loading: boolean
  /** Why it could not be read; `state` is then the last that could. */
  readonly error?: unknown
  /**
   * Runs a command: typed like `application.execute`, of a stable identity. Resolves once stored on this device, and
   * what shows it renders right after; rejects with `CommandRefused` when the command says no.
   */
  readonly execute: <K extends keyof C & string>(command: K, ...args: ArgsOf<C[K]>) => Promise<Receipt>
}

/**
 * An aggregate's state, optimistic and live: it renders again when this tab, another tab or the authority changed it,
 * and only then. Components that use the same aggregate share one read.
 *
 * @example
 * const dog = useAggregate(Dog, 'fido')
 * return <button onClick={() => void dog.execute('addTrick', 'sit')}>{dog.state.tricks.length} tricks</button>
 */
export function useAggregate<S, E extends object, C extends object>(
  aggregate: AggregateType<S, E, C>,
  id: string,
): AggregateHandle<S, C> {
  const { application } = useProvided()
  const reading = readingsOf(application).of(aggregate.definition, id, { state: aggregate.initial, version: -1 }, () => {
    return async (before) => {
      const now = await application.get(aggregate, id)
      // The repository keeps the state of an unchanged version, unless history below it was rewritten.
      return now.version === before.version && now.state === before.state ? before : now
    }
  })
  const { value, loading, error } = useSyncExternalStore(reading.subscribe, reading.current, reading.initial)
  const execute = useCallback<AggregateHandle<S, C>['execute']>(
    (command, ...args) => application.execute(aggregate, id, command, ...args),
    [application, aggregate, id],
  )
  return { ...value, loading, ...(error === undefined ? {} : { error }), execute }
}
