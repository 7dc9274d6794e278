import type { Phase } from './connection.ts'
import { isHeadwaterError } from '../../errors.ts'

/** How things stand between this device and the authority, in words that hold. */
export type SyncPhase =
  /** Sync was closed, or has not started. */
  | 'stopped'
  /** There is no connection; it is tried again by itself. */
  | 'offline'
  /** A connection is being made. */
  | 'connecting'
  /** Connected; events are still on their way, in either direction. */
  | 'syncing'
  /** The authority has all of this device's work, and this device everything it follows. */
  | 'synced'
  /** Something stands still until it is looked at; `reason` says what. */
  | 'stalled'

/** Why something does not go on: a code to act on, and words to show. */
export interface Reason {
  /** An error code, the server's or this library's; `disconnected`, `silent`, `no-token` or `held` otherwise. */
  readonly code: string
  readonly message: string
}

/** The reason an error gives. */
export function reasonOf(error: unknown, code = 'failed'): Reason {
  return { code: isHeadwaterError(error) ? error.code : code, message: error instanceof Error ? error.message : String(error) }
}

/** What the app can show. */
export interface SyncStatus {
  readonly phase: SyncPhase
  /** Why it is stalled, or why the last attempt to connect failed. */
  readonly reason?: Reason
  /** Commits the authority has not judged. */
  readonly pending: number
  /** Refused commits waiting for a decision. */
  readonly inbox: number
  /** How far the log on this device has come; the authority's position. */
  readonly cursor: number
  /** How far the authority's log goes, as far as this device has heard. */
  readonly head: number
  /** Whether this tab is the one that talks to the server. */
  readonly leader: boolean
}

export const INITIAL_STATUS: SyncStatus = { phase: 'stopped', pending: 0, inbox: 0, cursor: 0, head: 0, leader: false }

/** The word for where a leader stands. */
export function phaseOf(
  connection: Phase,
  at: {
    readonly pending: number
    readonly moving: boolean
    readonly cursor: number
    readonly head: number
    readonly reason: Reason | undefined
    readonly counted: boolean
  },
): SyncPhase {
  switch (connection) {
    case 'stopped':
      return 'stopped'
    case 'waiting':
      return 'offline'
    case 'connecting':
    case 'greeting':
      return 'connecting'
    case 'halted':
      return 'stalled'
    case 'live':
      if (!at.counted || at.cursor < at.head || (at.pending > 0 && at.moving)) return 'syncing'
      return at.pending === 0 ? 'synced' : 'stalled'
  }
}
