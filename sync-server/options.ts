import type { EventStore } from '../src/store.ts'
import type { Limits, WireCommit } from '../src/sync/protocol/messages.ts'
import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

/** Who a connection acts for. An app may return an object with more fields: its hooks get it back as it is. */
export interface Principal {
  /** Stored as `metadata.actor` of what it pushes; 1 to 256 characters. */
  readonly id: string
  /** When its token ends; the server asks for another in time. Default: never. */
  readonly expiresAt?: Date
}

/** What is known of a connection before anybody has said who it is. */
export interface ConnectionInfo {
  /** The peer's network address, as far as the shell knows it. */
  readonly address?: string
  /** The replica the hello named. */
  readonly replicaId: string
}

export type Verb = 'push' | 'pull'

/** The store to serve, and what decides who may do what. */
export interface SyncServerOptions<P extends Principal = Principal> {
  /** The authority. The server never closes it: whoever opened it does. */
  readonly store: EventStore
  /**
   * Says whose token it is, `undefined` for nobody's. Without it everybody is anonymous and no actor is stored.
   * What it throws closes that connection as temporarily unavailable: the client keeps its token.
   */
  authenticate?(token: string | undefined, connection: ConnectionInfo): P | undefined | Promise<P | undefined>
  /**
   * Whether the principal may push to, or pull from, a stream. Answers to `'pull'` are kept per connection until
   * {@link SyncServer.rightsChanged}. Default: everybody may.
   */
  authorize?(principal: P | undefined, verb: Verb, stream: string): boolean | Promise<boolean>
  /**
   * Judges a commit before it is stored; its events carry the actor already. A `HeadwaterError` refuses it with that
   * code and message (`CommandRefused` with its reason), anything else refuses it as `validation-failed`.
   * Commits of one stream come one after the other, each after the one before is stored.
   */
  validate?(commit: WireCommit, principal: P | undefined): void | Promise<void>
  /** What clients must keep to. Default: `DEFAULT_LIMITS`, which is also the most. */
  readonly limits?: Partial<Limits>
  /** A frame goes to each client at least this often. Default 15 000. */
  readonly heartbeatMs?: number
  /** Gets one entry for each thing worth knowing; never a payload or a token. Default: nothing is logged. */
  readonly log?: Log
  /** Time and timers. Default: the system's. */
  readonly clock?: Clock
}
