import type { Consequence } from './conversation.ts'
import type { Effect, Phase } from './connection.ts'
import type { Ledger } from './ledger.ts'
import type { Reason, SyncStatus } from './status.ts'
import type { ServerMessage } from '../protocol/messages.ts'
import type { Socket, SyncHost } from './host.ts'
import { isHeadwaterError } from '../../errors.ts'
import { decodeServerMessage, encodeMessage } from '../protocol/decode.ts'
import { Conversation } from './conversation.ts'
import { JobLine } from './job-line.ts'
import { SilenceWatch } from './silence-watch.ts'
import { retryDelayMs } from './backoff.ts'
import { phaseOf, reasonOf } from './status.ts'
import { transition } from './connection.ts'

/** How long a socket may take to open and to be welcomed. */
const GREETING_MS = 15_000

/** What an engine is given. */
export interface EngineOptions {
  readonly ledger: Ledger
  readonly host: SyncHost
  readonly onStatus: (status: SyncStatus) => void
}

/**
 * The leader's side of sync, free of I/O: it keeps the connection, and hands what comes over it to the conversation.
 * Everything that touches the replica happens in one line, in the order the causes came.
 */
export class Engine {
  readonly #ledger: Ledger
  readonly #host: SyncHost
  readonly #onStatus: (status: SyncStatus) => void
  readonly #jobs = new JobLine((error) => this.#failed(error))
  readonly #silence: SilenceWatch
  readonly #conversation: Conversation
  #phase: Phase = 'stopped'
  #socket: Socket | undefined
  #changes = 0
  /** How many of the changes have been acted on. */
  #acted = 0
  #attempt = 0
  #comeBackMs = 0
  #reason: Reason | undefined
  /** Whether the reason is this connection's. */
  #told = false
  #cancelRetry: (() => void) | undefined

  constructor({ ledger, host, onStatus }: EngineOptions) {
    this.#ledger = ledger
    this.#host = host
    this.#onStatus = onStatus
    this.#silence = new SilenceWatch(host, (silentMs) => {
      this.#follow({ input: 'timeout', reason: { code: 'silent', message: `the server was silent for ${silentMs} ms` } })
    })
    this.#conversation = new Conversation(ledger, host, (message) => this.#socket?.send(encodeMessage(message)), this.#silence)
  }

  start(): void {
    this.#reason = undefined
    this.#follow({ input: 'start' })
  }

  stop(): void {
    this.#follow({ input: 'stop' })
  }

  /** There may be a connection again: do not wait for the next attempt. */
  online(): void {
    this.#attempt = 0
    this.#follow({ input: 'retry' })
  }

  /** The replica changed, by this tab or another. */
  changed(): void {
    this.#changes++
    this.#jobs.once('changed', async () => {
      this.#acted = this.#changes
      if (this.#phase === 'live') await this.#conversation.changed()
      // Behind what waits in line already: what that changes is told along.
      this.#jobs.once('report', () => this.#report())
    })
  }

  #follow({ input, reason, comeBackMs, lasting, renew }: Consequence): void {
    if (reason !== undefined) {
      this.#reason = reason
      this.#told = true
    }
    if (renew === true) {
      this.#withToken(undefined, (token) => {
        if (token !== undefined) this.#socket?.send(encodeMessage({ type: 'auth', token }))
        return Promise.resolve(undefined)
      })
    }
    this.#comeBackMs = comeBackMs ?? this.#comeBackMs
    // Only a connection that lasts starts the waiting over: one that ends at once, each time, must not spin.
    if (lasting === true) this.#attempt = 0
    if (input !== undefined) {
      const { phase, effects } = transition(this.#phase, input)
      this.#phase = phase
      for (const effect of effects) this.#perform(effect)
      if (effects.length === 0) return
    }
    this.#jobs.once('report', () => this.#report())
  }

  #perform(effect: Effect): void {
    switch (effect) {
      case 'connect':
        return this.#connect()
      case 'drop':
        return this.#drop()
      case 'greet':
        return this.#withToken('lost', (token) => this.#conversation.greet(token))
      case 'resume':
        this.#reason = undefined
        return
      case 'back-off':
        return this.#retryIn(retryDelayMs(this.#attempt++, this.#host.random()))
      case 'come-back':
        return this.#retryIn(this.#comeBackMs)
      case 'cancel-retry':
        this.#cancelRetry?.()
        this.#cancelRetry = undefined
        return
    }
  }

  #connect(): void {
    // A socket that was dropped may still speak: only the newest is heard.
    const heard = (react: () => void): void => {
      if (this.#socket === socket) react()
    }
    let socket: Socket
    try {
      socket = this.#host.connect({
        opened: () => heard(() => this.#follow({ input: 'opened' })),
        message: (text) => heard(() => this.#frame(text)),
        closed: (code, words) => heard(() => this.#closed(code, words)),
      })
    } catch (error) {
      // Not a connection that failed, but an address the host makes no socket for: the next one would fail the same way.
      return this.#follow({ input: 'fatal', reason: reasonOf(error) })
    }
    this.#socket = socket
    this.#told = false
    this.#silence.start(GREETING_MS)
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#silence.stop()
    this.#conversation.disconnected()
    socket?.close()
  }

  #retryIn(delayMs: number): void {
    this.#cancelRetry?.()
    this.#cancelRetry = this.#host.setTimer(delayMs, () => this.#follow({ input: 'retry' }))
  }

  /** What the server said before it closed tells more than that it closed. */
  #closed(code: number, words: string): void {
    const reason = { code: 'disconnected', message: words === '' ? `the connection closed (${code})` : words }
    this.#follow(this.#told ? { input: 'lost' } : { input: 'lost', reason })
  }

  #frame(text: string): void {
    this.#silence.heard()
    let message: ServerMessage
    try {
      message = decodeServerMessage(text)
    } catch (error) {
      return this.#follow({ input: 'lost', reason: reasonOf(error) })
    }
    this.#onSocket(() => this.#conversation.take(message))
  }

  /** Adds a job for the socket there is now; what it leads to counts only if that is still the one. */
  #onSocket(job: () => Promise<Consequence | undefined>): void {
    const socket = this.#socket
    this.#jobs.add(async () => {
      if (this.#socket !== socket) return
      const consequence = await job()
      if (this.#socket === socket) this.#follow(consequence ?? {})
    })
  }

  /**
   * Fetches the token, then adds a job, if the socket is still the one. Outside the line: a token that never comes must
   * not keep everything else waiting. Without one the connection is `lost`, or stays until the server ends it.
   */
  #withToken(failed: 'lost' | undefined, use: (token: string | undefined) => Promise<undefined>): void {
    const socket = this.#socket
    const ifStill = (act: () => void): void => {
      if (this.#socket === socket) act()
    }
    this.#host.token().then(
      (token) => ifStill(() => this.#onSocket(() => use(token))),
      (error: unknown) => {
        const reason = reasonOf(error, 'no-token')
        ifStill(() => this.#follow(failed === undefined ? { reason } : { input: failed, reason }))
      },
    )
  }

  /** A job failed. What may pass is tried again later; what will not stops everything, and says so. */
  #failed(error: unknown): void {
    const passing = isHeadwaterError(error, 'protocol') || isHeadwaterError(error, 'storage-failed')
    this.#follow({ input: passing ? 'lost' : 'fatal', reason: reasonOf(error) })
  }

  async #report(): Promise<void> {
    const changes = this.#changes
    const { pending, inbox } = await this.#ledger.counts()
    const { pusher, puller } = this.#conversation
    const { cursor, head } = puller
    const reason = this.#reason ?? pusher.stuck
    // What was counted is old when something changed meanwhile, or was not acted on yet: then it is not said to be all.
    const counted = changes === this.#changes && changes === this.#acted
    const at = { pending, moving: pusher.moving, cursor, head, reason, counted }
    const phase = phaseOf(this.#phase, at)
    this.#onStatus({ phase, ...(reason === undefined ? {} : { reason }), pending, inbox, cursor, head, leader: true })
  }
}
