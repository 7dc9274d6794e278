/** What the client needs of the world: all of its I/O, time and chance. */
export interface SyncHost {
  /** Opens a socket; `handlers` are called later, never before this returns, until it is closed. */
  connect(handlers: SocketHandlers): Socket
  /** The token for the hello; `undefined` where none is needed. A rejection is tried again later. */
  token(): Promise<string | undefined>
  now(): number
  /** Runs once after a delay; returns what cancels it. */
  setTimer(delayMs: number, run: () => void): () => void
  /** From 0 up to but not including 1. */
  random(): number
}

/** What can happen to a socket. */
export interface SocketHandlers {
  opened(): void
  message(text: string): void
  /** The last call; also when it could not be opened. */
  closed(code: number, reason: string): void
}

/** An open or opening socket. */
export interface Socket {
  send(text: string): void
  close(): void
}
