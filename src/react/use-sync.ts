import type { PendingCommit } from '../sync/replica/records.ts'
import type { Sync } from '../sync/client/sync.ts'
import type { Reason, SyncPhase, SyncStatus } from '../sync/client/status.ts'
import { useMemo, useSyncExternalStore } from 'react'
import { INITIAL_STATUS } from '../sync/client/status.ts'
import { readingsOf } from './readings.ts'
import { useProvided } from './provider.ts'

/** How things stand between this device and the authority. */
export interface SyncHandle {
  readonly status: SyncPhase
  /** Why it is stalled, or why the last attempt to connect failed. */
  readonly reason?: Reason
  /** Commits the authority has not judged. */
  readonly pending: number
  /** Refused commits waiting for a decision. */
  readonly inbox: number
  /** Everything the sync client tells. */
  readonly details: SyncStatus
}

const NOTHING: readonly PendingCommit[] = []
const never = (): (() => void) => () => undefined

/**
 * How things stand, in words that hold: `offline`, `connecting`, `syncing`, `synced`, `stalled` (see `reason`),
 * `stopped`. Without a sync above it is `stopped`.
 */
export function useSync(): SyncHandle {
  const { sync } = useProvided()
  const [subscribe, current] = useMemo(() => statusOf(sync), [sync])
  const details = useSyncExternalStore(subscribe, current, () => INITIAL_STATUS)
  const { phase, reason, pending, inbox } = details
  return { status: phase, ...(reason === undefined ? {} : { reason }), pending, inbox, details }
}

function statusOf(sync: Sync | undefined): [subscribe: (changed: () => void) => () => void, current: () => SyncStatus] {
  return sync === undefined ? [never, () => INITIAL_STATUS] : [(changed) => sync.onChange(changed), () => sync.status]
}

/** The commits the authority has not judged, in local order: to mark what shows but may still be refused. */
export function usePending(): readonly PendingCommit[] {
  const { application, sync } = useProvided()
  const reading = readingsOf(application).of(sync ?? application.registry, 'pending', NOTHING, () => {
    return async (before) => {
      const now = (await sync?.pending()) ?? NOTHING
      return sameCommits(before, now) ? before : now
    }
  })
  return useSyncExternalStore(reading.subscribe, reading.current, reading.initial).value
}

function sameCommits(before: readonly PendingCommit[], now: readonly PendingCommit[]): boolean {
  return before.length === now.length && now.every((commit, i) => identity(commit) === identity(before[i]))
}

/** A commit that was decided again has other events, or other versions for the same. */
function identity(commit: PendingCommit | undefined): string {
  return commit === undefined
    ? ''
    : [commit.id, commit.held ?? '', ...commit.events.map(({ id, version }) => `${id}@${version}`)].join(' ')
}
