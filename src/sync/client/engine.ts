import type { Effect, Input, Phase } from './connection.ts'
import type { EventBatch, Failure, Pushed, ServerMessage, Welcome } from '../protocol/messages.ts'
import type { Ledger } from './ledger.ts'
import type { Socket, SyncHost } from './host.ts'
import type { Reason, SyncStatus } from './status.ts'
import { isHeadwaterError } from '../../errors.ts'
import { decodeServerMessage, encodeMessage } from '../protocol/decode.ts'
import { PROTOCOL } from '../protocol/messages.ts'
import { JobLine } from './job-line.ts'
import { Puller } from './puller.ts'
import { Pusher } from './pusher.ts'
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
 * The leader's side of the protocol, free of I/O: it keeps the connection, pulls what the replica follows and pushes
 * what is pending. Everything that touches the replica happens in one line, in the order the causes came.
 */
export class Engine {
  readonly #ledger: Ledger
  readonly #host: SyncHost
  readonly #onStatus: (status: SyncStatus) => void
  readonly #jobs = new JobLine((error) => this.#failed(error))
  readonly #pusher: Pusher
  readonly #puller: Puller
  #phase: Phase = 'stopped'
  #socket: Socket | undefined
  #changes = 0
  #attempt = 0
  #comeBackMs = 0
  #reason: Reason | undefined
  #lastFrameAt = 0
  #frameEveryMs = 0
  #cancelRetry: (() => void) | undefined
  #cancelWatch: (() => void) | undefined

  constructor({ ledger, host, onStatus }: EngineOptions) {
    this.#ledger = ledger
    this.#host = host
    this.#onStatus = onStatus
    const send = (message: Parameters<typeof encodeMessage>[0]): void => this.#socket?.send(encodeMessage(message))
    this.#pusher = new Pusher(ledger, send)
    this.#puller = new Puller(ledger, send)
  }

  start(): void {
    this.#reason = undefined
    this.#input('start')
  }

  stop(): void {
    this.#input('stop')
  }

  /** There may be a connection again: do not wait for the next attempt. */
  online(): void {
    this.#attempt = 0
    this.#input('retry')
  }

  /** The replica changed, by this tab or another: there may be something to push, or other prefixes to follow. */
  changed(): void {
    this.#changes++
    this.#jobs.once('changed', async () => {
      if (this.#phase === 'live') {
        await this.#puller.refollow()
        await this.#pusher.push()
      }
      await this.#report()
    })
  }

  #input(input: Input): void {
    const { phase, effects } = transition(this.#phase, input)
    if (phase === this.#phase && effects.length === 0) return
    this.#phase = phase
    for (const effect of effects) this.#perform(effect)
    this.#jobs.once('report', () => this.#report())
  }

  #perform(effect: Effect): void {
    switch (effect) {
      case 'connect':
        return this.#connect()
      case 'drop':
        return this.#drop()
      case 'greet':
        return this.#jobs.add(() => this.#greet())
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
    const socket: Socket = this.#host.connect({
      opened: () => heard(() => this.#input('opened')),
      message: (text) => heard(() => this.#frame(text)),
      closed: (code, reason) =>
        heard(() => {
          this.#reason ??= { code: 'disconnected', message: reason === '' ? `the connection closed (${code})` : reason }
          this.#input('lost')
        }),
    })
    this.#socket = socket
    this.#watch(GREETING_MS)
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#cancelWatch?.()
    this.#pusher.disconnected()
    this.#puller.disconnected()
    socket?.close()
  }

  #retryIn(delayMs: number): void {
    this.#cancelRetry?.()
    this.#cancelRetry = this.#host.setTimer(delayMs, () => this.#input('retry'))
  }

  /** Takes the connection for dead when no frame came for that long. */
  #watch(silenceMs: number): void {
    this.#cancelWatch?.()
    this.#frameEveryMs = silenceMs
    this.#lastFrameAt = this.#host.now()
    const look = (): void => {
      const silent = this.#host.now() - this.#lastFrameAt
      if (silent < this.#frameEveryMs) {
        this.#cancelWatch = this.#host.setTimer(this.#frameEveryMs - silent, look)
        return
      }
      this.#reason = { code: 'silent', message: `the server was silent for ${silent} ms` }
      this.#input('timeout')
    }
    this.#cancelWatch = this.#host.setTimer(silenceMs, look)
  }

  async #greet(): Promise<void> {
    const socket = this.#socket
    const standing = await this.#ledger.standing()
    let token: string | undefined
    try {
      token = await this.#host.token()
    } catch (error) {
      this.#reason = reasonOf(error, 'no-token')
      return this.#input('lost')
    }
    if (socket === undefined || socket !== this.#socket) return
    socket.send(encodeMessage({ type: 'hello', protocol: PROTOCOL, ...standing, ...(token === undefined ? {} : { token }) }))
  }

  #frame(text: string): void {
    this.#lastFrameAt = this.#host.now()
    let message: ServerMessage
    try {
      message = decodeServerMessage(text)
    } catch (error) {
      this.#reason = reasonOf(error)
      this.#input('lost')
      return
    }
    const socket = this.#socket
    this.#jobs.add(async () => {
      if (this.#socket === socket) await this.#message(message)
    })
  }

  async #message(message: ServerMessage): Promise<void> {
    switch (message.type) {
      case 'welcome':
        return this.#welcome(message)
      case 'pushed':
        return this.#pushed(message)
      case 'batch':
        return this.#batch(message)
      case 'heartbeat':
        return this.#heartbeat(message.head)
      case 'renew':
        return this.#renew()
      case 'goaway':
        this.#comeBackMs = message.retryAfterMs * (0.5 + this.#host.random())
        this.#reason = { code: 'disconnected', message: message.reason }
        return this.#input('dismissed')
      case 'error':
        return this.#refusedByServer(message)
    }
  }

  async #welcome(welcome: Welcome): Promise<void> {
    await this.#ledger.bind(welcome.logId)
    this.#input('welcomed')
    this.#watch(welcome.heartbeatMs * 2 + 1000)
    this.#pusher.connected(welcome.limits)
    await this.#puller.connected(welcome.head)
    await this.#pusher.push()
    await this.#report()
  }

  async #heartbeat(head: number): Promise<void> {
    // Only a connection that lasts starts the waiting over: one that ends at once, each time, must not spin.
    this.#attempt = 0
    this.#puller.heartbeat(head)
    if (!this.#pusher.heartbeat()) {
      this.#reason = { code: 'silent', message: 'the server did not answer a push' }
      return this.#input('timeout')
    }
    await this.#pusher.push()
    await this.#report()
  }

  async #batch(batch: EventBatch): Promise<void> {
    const changes = await this.#puller.take(batch)
    this.#pusher.update(changes)
    await this.#pusher.push()
    this.#jobs.once('report', () => this.#report())
  }

  async #pushed(message: Pushed): Promise<void> {
    await this.#pusher.pushed(message)
    await this.#pusher.push()
    this.#jobs.once('report', () => this.#report())
  }

  /** Without a fresh token the connection stays until the server ends it. */
  async #renew(): Promise<void> {
    const socket = this.#socket
    try {
      const token = await this.#host.token()
      if (token !== undefined && socket === this.#socket) socket?.send(encodeMessage({ type: 'auth', token }))
    } catch (error) {
      this.#reason = reasonOf(error, 'no-token')
    }
  }

  #refusedByServer({ code, message }: Failure): void {
    this.#reason = { code, message }
    this.#input(code === 'server-rolled-back' || code === 'not-permitted' ? 'fatal' : 'lost')
  }

  /** A job failed. What may pass is tried again later; what will not stops everything, and says so. */
  #failed(error: unknown): void {
    this.#reason = reasonOf(error)
    this.#input(isHeadwaterError(error, 'protocol') || isHeadwaterError(error, 'storage-failed') ? 'lost' : 'fatal')
  }

  async #report(): Promise<void> {
    const changes = this.#changes
    const { pending, inbox } = await this.#ledger.counts()
    const { cursor, head } = this.#puller
    const reason = this.#reason ?? this.#pusher.stuck
    // What was counted is old already when something changed meanwhile: then it is not said to be all.
    const phase = phaseOf(this.#phase, {
      pending,
      moving: this.#pusher.moving,
      cursor,
      head,
      reason,
      counted: changes === this.#changes,
    })
    this.#onStatus({ phase, ...(reason === undefined ? {} : { reason }), pending, inbox, cursor, head, leader: true })
  }
}
