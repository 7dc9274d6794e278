/** What a session needs of its connection; a WebSocket, or anything that carries text in order. */
export interface Wire {
  send(text: string): void
  close(code: number, reason: string): void
  /** What was sent and has not left yet, in bytes. */
  bufferedAmount(): number
}

/** A connection as the server sees it: the shell reports what happens to it. Nothing here throws. */
export interface Session {
  /** A text message came. */
  receive(text: string): void
  /** Some of what was sent has left: a session that paused looks again. */
  writable(): void
  /** The connection is gone. */
  closed(): void
}
