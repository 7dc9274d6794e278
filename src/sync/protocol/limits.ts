import type { Limits } from './messages.ts'

/** The hard bounds of the protocol, whatever a server allows: a decoder refuses longer lists, a server longer messages. */
export const MAX_LIMITS = {
  /** UTF-16 code units of one frame. */
  messageLength: 1_048_576,
  commitsPerPush: 500,
  eventsPerCommit: 100,
  eventsPerMessage: 5000,
} as const

/** What a server allows unless told otherwise. */
export const DEFAULT_LIMITS: Limits = {
  messageLength: MAX_LIMITS.messageLength,
  commitsPerPush: 250,
  eventsPerCommit: MAX_LIMITS.eventsPerCommit,
  subscriptions: 32,
  pushesInFlight: 8,
}

/** WebSocket close codes of the protocol. */
export const CLOSE = {
  /** The client's message was not of the protocol. */
  protocol: 4400,
  /** The token is missing, wrong, expired or revoked. */
  unauthenticated: 4401,
  /** The authority's history is not the one the replica was filled from. */
  rolledBack: 4409,
  /** The client reads too slowly. */
  tooSlow: 4408,
  /** The server is overloaded or its store failed; try again later. */
  unavailable: 4503,
  /** The server is going away. */
  goingAway: 1001,
} as const
