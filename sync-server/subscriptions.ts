import type { Ack, Subscribe } from '../src/sync/protocol/messages.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import type { FeedHost } from './feed.ts'
import type { Hub } from './hub.ts'
import type { Rights } from './rights.ts'
import { checkBound, violation } from './connection.ts'
import { Feed } from './feed.ts'
import { DENIED } from './handshake.ts'

/** How long a client may stay unaware that the position moved without anything for it. */
const COVER_MS = 1000

/** The subscriptions of one session. */
export class Subscriptions {
  readonly #hub: Hub
  readonly #clock: Clock
  readonly #host: FeedHost
  readonly #feeds = new Map<number, Feed>()
  #cancelCover: (() => void) | undefined
  #lastRead: Promise<unknown> = Promise.resolve()

  constructor(hub: Hub, connection: Connection, rights: Rights) {
    this.#hub = hub
    this.#clock = hub.clock
    this.#host = {
      store: hub.options.store,
      tail: hub.tail,
      clock: hub.clock,
      rights,
      send: (text) => connection.sendText(text),
      congested: () => connection.congested,
      inTurn: (read) => this.#inTurn(read),
      coverSoon: () => this.#coverSoon(),
      tooSlow: () => connection.tooSlow(),
      rolledBack: () => connection.deny(DENIED.rolledBack),
      fail: (error) => connection.fail(error),
    }
  }

  get size(): number {
    return this.#feeds.size
  }

  /** Starts a subscription, or starts it over from another cursor. */
  start({ id, prefix, after }: Subscribe): void {
    const before = this.#feeds.get(id)
    if (before === undefined) checkBound('subscriptions', this.#feeds.size + 1, this.#hub.limits.subscriptions)
    before?.stop()
    const feed = new Feed(id, prefix, after, this.#host)
    this.#feeds.set(id, feed)
    feed.start()
  }

  stop(id: number): void {
    this.#feeds.get(id)?.stop()
    this.#feeds.delete(id)
  }

  acknowledge({ id, upTo }: Ack): void {
    const { head } = this.#hub.tail
    if (upTo > head) throw violation(`ack.upTo: expected at most ${head}, found ${upTo}`)
    // An unknown id is one the client has dropped meanwhile.
    this.#feeds.get(id)?.acknowledge(upTo)
  }

  /** There may be more to send, or more room to send it. */
  wake(): void {
    for (const feed of this.#feeds.values()) feed.wake()
  }

  /** Tells the client of every range that held nothing for it. */
  cover(): void {
    for (const feed of this.#feeds.values()) feed.cover()
  }

  close(): void {
    this.#cancelCover?.()
    for (const feed of this.#feeds.values()) feed.stop()
    this.#feeds.clear()
  }

  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const turn = this.#lastRead.then(read)
    this.#lastRead = turn.catch(() => undefined)
    return turn
  }

  #coverSoon(): void {
    this.#cancelCover ??= this.#clock.setTimer(
      () => {
        this.#cancelCover = undefined
        this.cover()
      },
      Math.min(COVER_MS, this.#hub.heartbeatMs),
    )
  }
}
