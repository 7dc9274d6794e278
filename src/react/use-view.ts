import type { View } from './view.ts'
import { ViewFold } from './view-fold.ts'
import { readingsOf } from './readings.ts'
import { useProvided } from './provider.ts'
import { useSyncExternalStore } from 'react'

/** A view's state. */
export interface ViewHandle<S> {
  /** Folded from the confirmed log and then what is pending; the initial state while loading. */
  readonly state: S
  readonly loading: boolean
  /** Why it could not be read; `state` is then the last that could. */
  readonly error?: unknown
}

/**
 * A view over everything this device knows, live: one made by `defineView` outside the component, since one made anew
 * at each render would be read anew.
 *
 * @example
 * const { state: names } = useView(dogs)
 */
export function useView<S>(view: View<S>): ViewHandle<S> {
  const { application } = useProvided()
  const reading = readingsOf(application).of(view, '', view.initial, () => {
    const fold = new ViewFold(application, view)
    return (before) => fold.read(before)
  })
  const { value, loading, error } = useSyncExternalStore(reading.subscribe, reading.current, reading.initial)
  return { state: value, loading, ...(error === undefined ? {} : { error }) }
}
