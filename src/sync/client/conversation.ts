import type { ClientMessage, EventBatch, Pushed, ServerMessage, Welcome } from '../protocol/messages.ts'
import type { Input } from './connection.ts'
import type { Ledger } from './ledger.ts'
import type { Reason } from './status.ts'
import type { SilenceWatch } from './silence-watch.ts'
import type { SyncHost } from './host.ts'
import { PROTOCOL } from '../protocol/messages.ts'
import { Puller } from './puller.ts'
import { Pusher } from './pusher.ts'

/** What a message means for the connection. */
export interface Consequence {
  readonly input?: Input
  readonly reason?: Reason
  /** When the server wants the client back. */
  readonly comeBackMs?: number
  /** The connection has proved to last. */
  readonly lasting?: boolean
  /** The server wants a fresh token. */
  readonly renew?: boolean
}

/** Codes after which trying again would only be told the same. */
const FINAL: readonly string[] = ['server-rolled-back', 'not-permitted']

/** What is said on one connection after another: answers each message of the server, and says what is new here. */
export class Conversation {
  readonly pusher: Pusher
  readonly puller: Puller
  readonly #ledger: Ledger
  readonly #host: SyncHost
  readonly #send: (message: ClientMessage) => void
  readonly #silence: SilenceWatch

  constructor(ledger: Ledger, host: SyncHost, send: (message: ClientMessage) => void, silence: SilenceWatch) {
    this.#ledger = ledger
    this.#host = host
    this.#send = send
    this.#silence = silence
    this.pusher = new Pusher(ledger, send)
    this.puller = new Puller(ledger, send)
  }

  /** Says hello. */
  async greet(token: string | undefined): Promise<undefined> {
    const standing = await this.#ledger.standing()
    this.#send({ type: 'hello', protocol: PROTOCOL, ...standing, ...(token === undefined ? {} : { token }) })
  }

  /**
   * The replica changed, also by what was taken here: there may be something to push, or other prefixes to follow.
   * Once for all messages that waited, as each look costs transactions.
   */
  async changed(): Promise<void> {
    await this.puller.refollow()
    await this.pusher.push()
  }

  /** Takes a message; gives what it means for the connection, if anything. */
  async take(message: ServerMessage): Promise<Consequence | undefined> {
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
        return { renew: true }
      case 'goaway': {
        const reason = { code: 'disconnected', message: message.reason }
        return { input: 'dismissed', reason, comeBackMs: message.retryAfterMs * (0.5 + this.#host.random()) }
      }
      case 'error': {
        const { code, message: words } = message
        return { input: FINAL.includes(code) ? 'fatal' : 'lost', reason: { code, message: words } }
      }
    }
  }

  disconnected(): void {
    this.pusher.disconnected()
    this.puller.disconnected()
  }

  async #welcome(welcome: Welcome): Promise<Consequence> {
    const { protocol, limits } = welcome
    if (protocol < PROTOCOL.min || protocol > PROTOCOL.max) {
      const message = `the server speaks protocol ${protocol}, this client ${PROTOCOL.min} to ${PROTOCOL.max}`
      return { input: 'fatal', reason: { code: 'protocol', message } }
    }
    await this.#ledger.bind(welcome.logId)
    this.#silence.start(welcome.heartbeatMs * 2 + 1000)
    this.pusher.connected(limits)
    await this.puller.connected(welcome.head, limits.subscriptions)
    await this.pusher.push()
    return { input: 'welcomed' }
  }

  async #batch(batch: EventBatch): Promise<undefined> {
    this.pusher.update(await this.puller.take(batch))
  }

  async #pushed(pushed: Pushed): Promise<undefined> {
    await this.pusher.pushed(pushed)
    // What was accepted is in the log: not all is here before the log has brought it.
    for (const result of pushed.results) {
      if (result.outcome === 'accepted') this.puller.heardOf(Math.max(0, ...result.events.map(({ position }) => position)))
    }
  }

  async #heartbeat(head: number): Promise<Consequence> {
    this.puller.heartbeat(head)
    if (!this.pusher.heartbeat()) {
      return { input: 'timeout', reason: { code: 'silent', message: 'the server did not answer a push' } }
    }
    await this.pusher.push()
    return { lasting: true }
  }
}
