/** Verdicts given since the server was made. */
export interface Counters {
  accepted: number
  conflict: number
  refused: number
  held: number
}

/** What a sync server is doing, for metrics. */
export interface SyncServerStats {
  /** Connections, and how many of them have been welcomed. */
  readonly connections: number
  readonly sessions: number
  readonly subscriptions: number
  readonly pushesInFlight: number
  /** The position up to which events can be sent. */
  readonly head: number
  readonly verdicts: Readonly<Counters>
}
