import type { RecordedEvent, StreamEvent } from '../../event.ts'

/** The protocol versions this code speaks, oldest and newest. */
export const PROTOCOL = { min: 1, max: 1 } as const

/** A commit as it travels: its events at the versions the client expects them to take. */
export interface WireCommit {
  readonly id: string
  readonly events: readonly StreamEvent[]
}

/** First message of a connection: who is calling, and which history it holds. */
export interface Hello {
  readonly type: 'hello'
  readonly protocol: { readonly min: number; readonly max: number }
  readonly replicaId: string
  readonly token?: string
  /** The authority's log the replica was filled from; absent before the first time. */
  readonly logId?: string
  /** The newest confirmed event the replica holds: the server stops it when its own history differs. */
  readonly tip?: { readonly position: number; readonly id: string }
}

/** A fresh token for the same principal, without reconnecting. */
export interface Auth {
  readonly type: 'auth'
  readonly token: string
}

/** Follow a stream-name prefix from a cursor. Sent again under its id, it starts over from the cursor it names. */
export interface Subscribe {
  readonly type: 'subscribe'
  readonly id: number
  readonly prefix: string
  readonly after: number
}

export interface Unsubscribe {
  readonly type: 'unsubscribe'
  readonly id: number
}

/** Everything of a subscription up to a position is stored on the device: the server may send more. */
export interface Ack {
  readonly type: 'ack'
  readonly id: number
  readonly upTo: number
}

/** Commits for the authority to judge, in their local order. */
export interface Push {
  readonly type: 'push'
  readonly id: number
  readonly commits: readonly WireCommit[]
}

export type ClientMessage = Hello | Auth | Subscribe | Unsubscribe | Ack | Push

/** The server's answer to a hello it accepts. */
export interface Welcome {
  readonly type: 'welcome'
  readonly protocol: number
  readonly logId: string
  readonly head: number
  /** A frame comes at least this often. */
  readonly heartbeatMs: number
  readonly limits: Limits
}

/** What a client must keep to; beyond it the server closes the connection. */
export interface Limits {
  /** Size of one message, in UTF-16 code units of its text. */
  readonly messageLength: number
  readonly commitsPerPush: number
  readonly eventsPerCommit: number
  readonly subscriptions: number
  /** Pushes on their way without an answer. */
  readonly pushesInFlight: number
}

/** The verdict on one pushed commit. */
export type PushResult =
  | {
      readonly commit: string
      readonly outcome: 'accepted'
      readonly events: readonly { readonly id: string; readonly position: number }[]
      /** Who the server recorded as the events' `metadata.actor`; absent when nobody. */
      readonly actor?: string
    }
  | {
      readonly commit: string
      readonly outcome: 'conflict'
      /** Every stream of the commit that is not where the commit expects it. */
      readonly streams: readonly { readonly stream: string; readonly expected: number; readonly actual: number }[]
      /** What those streams hold above the expected version, in order of position; possibly not yet all of it. */
      readonly events: readonly RecordedEvent[]
    }
  | { readonly commit: string; readonly outcome: 'refused'; readonly code: string; readonly message: string }
  /** Not judged: an earlier commit on one of its streams was not accepted. */
  | { readonly commit: string; readonly outcome: 'held'; readonly by: string }

/** One verdict for each commit of a push, in its order. */
export interface Pushed {
  readonly type: 'pushed'
  readonly id: number
  readonly results: readonly PushResult[]
}

/** What a subscription's prefix holds above `after`, up to and including `upTo`: all of it, possibly nothing. */
export interface EventBatch {
  readonly type: 'batch'
  readonly id: number
  readonly after: number
  readonly upTo: number
  readonly head: number
  readonly events: readonly RecordedEvent[]
}

/** Sent at every interval: where the log ends, and that the server is there. */
export interface Heartbeat {
  readonly type: 'heartbeat'
  readonly head: number
}

/** The token expires soon: send another by `auth`. */
export interface Renew {
  readonly type: 'renew'
}

/** The server is about to close; come back after that time. */
export interface Goaway {
  readonly type: 'goaway'
  readonly reason: string
  readonly retryAfterMs: number
}

/** The client may not go on like this; the connection closes. */
export interface Failure {
  readonly type: 'error'
  readonly code: string
  readonly message: string
}

export type ServerMessage = Welcome | Pushed | EventBatch | Heartbeat | Renew | Goaway | Failure
