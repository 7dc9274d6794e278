import type { ServerMessage } from '../src/sync/protocol/messages.ts'
import type { Denial } from './handshake.ts'
import type { Log, LogEntry } from './log.ts'
import type { Wire } from './wire.ts'
import { clip } from './clip.ts'
import { HeadwaterError } from '../src/errors.ts'
import { encodeMessage } from '../src/sync/protocol/decode.ts'
import { CLOSE } from '../src/sync/protocol/limits.ts'
import { DENIED } from './handshake.ts'

const CONGESTED_BYTES = 1024 * 1024
const TOO_SLOW_BYTES = 4 * CONGESTED_BYTES

/** The way out of one session: says things until it ends the connection, for one reason, once. */
export class Connection {
  readonly #wire: Wire
  readonly #log: Log
  readonly #ended: () => void
  #open = true
  #who: Partial<LogEntry>

  /** @param ended called once, whoever ended it */
  constructor(wire: Wire, who: Partial<LogEntry>, log: Log, ended: () => void) {
    this.#wire = wire
    this.#who = who
    this.#log = log
    this.#ended = ended
  }

  get open(): boolean {
    return this.#open
  }

  /** So much is waiting to leave that live events have to wait, too. */
  get congested(): boolean {
    return this.#wire.bufferedAmount() > CONGESTED_BYTES
  }

  /** What is known of the peer from now on, for the log. */
  identify(who: Partial<LogEntry>): void {
    this.#who = { ...this.#who, ...who }
  }

  note(entry: LogEntry): void {
    this.#log({ ...this.#who, ...entry })
  }

  send(message: ServerMessage): void {
    this.sendText(encodeMessage(message))
  }

  sendText(text: string): void {
    if (!this.#open) return
    this.#wire.send(text)
    if (this.#wire.bufferedAmount() > TOO_SLOW_BYTES) this.tooSlow()
  }

  tooSlow(): void {
    this.end(CLOSE.tooSlow, 'too slow')
  }

  deny({ code, message, close }: Denial): void {
    if (!this.#open) return
    this.note({ level: 'warn', event: 'denied', code, reason: message })
    this.#wire.send(encodeMessage({ type: 'error', code, message }))
    this.end(close, code)
  }

  /** What the peer did wrong ends it as that, anything else as a failure of ours: the client is to come back later. */
  fail(error: unknown): void {
    if (!this.#open) return
    if (error instanceof HeadwaterError && error.code === 'protocol') {
      this.deny({ code: 'protocol', message: clip(error.message, 500), close: CLOSE.protocol })
      return
    }
    this.note({ level: 'error', event: 'store-failed', error })
    this.deny(DENIED.unavailable)
  }

  end(code: number, reason: string): void {
    if (!this.#open) return
    this.lost(code)
    this.#wire.close(code, reason)
  }

  /** The connection is gone already. */
  lost(code?: number): void {
    if (!this.#open) return
    this.#open = false
    this.note({ level: 'info', event: 'closed', ...(code === undefined ? {} : { code }) })
    this.#ended()
  }
}

/** What is thrown for a message that is not of the protocol. */
export function violation(message: string): HeadwaterError {
  return new HeadwaterError('protocol', message)
}

/** Throws a {@link violation} when there is more than allowed. */
export function checkBound(what: string, found: number, max: number): void {
  if (found > max) throw violation(`${what}: expected at most ${max}, found ${found}`)
}
