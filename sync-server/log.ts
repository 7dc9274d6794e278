/** One thing that happened, as data. Ids and counts only: no payload, no token. */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error'
  readonly event: 'connected' | 'closed' | 'denied' | 'store-failed' | 'hook-failed' | 'socket-error'
  readonly replicaId?: string
  readonly principal?: string
  readonly address?: string
  /** A close code or an error's code. */
  readonly code?: number | string
  readonly reason?: string
  readonly error?: unknown
}

export type Log = (entry: LogEntry) => void

/** A log that never throws into the server, whatever `log` does. */
export function safeLog(log: Log | undefined): Log {
  if (log === undefined) return () => {}
  return (entry) => {
    try {
      log(entry)
    } catch {
      // Who cannot log must still be served.
    }
  }
}
