import type { InboxEntry } from '../sync/replica/records.ts'
import { useMemo, useSyncExternalStore } from 'react'
import { HeadwaterError } from '../errors.ts'
import { readingsOf } from './readings.ts'
import { useProvided } from './provider.ts'

/** What the authority refused, and the ways to decide on it. */
export interface InboxHandle {
  /** Oldest first; the same in all tabs. */
  readonly entries: readonly InboxEntry[]
  readonly loading: boolean
  /** Why it could not be read; `entries` are then the last that could. */
  readonly error?: unknown
  /** Does the work again on the state there is now; rejects with `CommandRefused` when it is refused again, and the entry stays. */
  readonly retry: (commitId: string) => Promise<string>
  /** The same with other arguments for its command. */
  readonly edit: (commitId: string, args: readonly unknown[]) => Promise<string>
  /** Lets it go for good. */
  readonly discard: (commitId: string) => Promise<void>
}

const NOTHING: readonly InboxEntry[] = []

/** The inbox, live. Throws `bad-configuration` where no sync was given: there is nobody who could refuse. */
export function useInbox(): InboxHandle {
  const { application, sync } = useProvided()
  if (sync === undefined)
    throw new HeadwaterError('bad-configuration', 'useInbox: expected a <Headwater sync={...}> above this component')
  const reading = readingsOf(application).of(sync, 'inbox', NOTHING, () => {
    return async (before) => {
      const now = await sync.inbox.list()
      return sameEntries(before, now) ? before : now
    }
  })
  const { value, loading, error } = useSyncExternalStore(reading.subscribe, reading.current, reading.initial)
  const { inbox } = sync
  const decisions = useMemo(
    () => ({
      retry: (commitId: string) => inbox.retry(commitId),
      edit: (commitId: string, args: readonly unknown[]) => inbox.edit(commitId, args),
      discard: (commitId: string) => inbox.discard(commitId),
    }),
    [inbox],
  )
  return { entries: value, loading, ...(error === undefined ? {} : { error }), ...decisions }
}

/** An entry does not change while it is there. */
function sameEntries(before: readonly InboxEntry[], now: readonly InboxEntry[]): boolean {
  return before.length === now.length && now.every(({ commitId }, i) => commitId === before[i]?.commitId)
}
