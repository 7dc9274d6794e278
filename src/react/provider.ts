import type { Application } from '../application/application.ts'
import type { ReactElement, ReactNode } from 'react'
import type { Sync } from '../sync/client/sync.ts'
import { createContext, createElement, useContext, useMemo } from 'react'
import { HeadwaterError } from '../errors.ts'

/** What {@link Headwater} gives to the components below it. */
export interface HeadwaterProps {
  readonly application: Application
  /** Leave it out where nothing is reconciled: `useSync` then says `stopped`. */
  readonly sync?: Sync | undefined
  readonly children?: ReactNode
}

interface Provided {
  readonly application: Application
  readonly sync: Sync | undefined
}

const Context = createContext<Provided | undefined>(undefined)

/**
 * Gives an application and its sync to the hooks below. It owns neither: whoever made them closes them.
 *
 * Pass `application.with({ actor })` to have all that is done below carry that metadata.
 *
 * @example
 * <Headwater application={school} sync={sync}><App /></Headwater>
 */
export function Headwater({ application, sync, children }: HeadwaterProps): ReactElement {
  const provided = useMemo(() => ({ application, sync }), [application, sync])
  return createElement(Context.Provider, { value: provided }, children)
}

/** The application of the nearest {@link Headwater}; throws `bad-configuration` when there is none above. */
export function useApplication(): Application {
  return useProvided().application
}

/** @internal */
export function useProvided(): Provided {
  const provided = useContext(Context)
  if (provided === undefined)
    throw new HeadwaterError('bad-configuration', 'expected a <Headwater application={...}> above this component')
  return provided
}
