import type { EventStore } from '../src/store.ts'
import type { Clock } from './clock.ts'
import type { Entry } from './page.ts'
import type { Rights } from './rights.ts'
import type { Tail } from './tail.ts'
import { entryOf, PAGE_READ, PageBuilder } from './page.ts'

/** How many batches may be on their way without an acknowledgement, and for how long. */
const WINDOW = 8
const STALLED_MS = 30_000

/** What a feed needs of its session. */
export interface FeedHost {
  readonly store: EventStore
  readonly tail: Tail
  readonly clock: Clock
  readonly rights: Rights
  send(text: string): void
  /** Whether too much is waiting to leave. */
  congested(): boolean
  /** One read of the store at a time for all feeds of a session. */
  inTurn<T>(read: () => Promise<T>): Promise<T>
  /** Have `cover` called soon: the position moved, but with nothing to send. */
  coverSoon(): void
  tooSlow(): void
  rolledBack(): void
  fail(error: unknown): void
}

/**
 * One subscription: batches that cover the log from the client's cursor to the head, then on, each continuing the
 * one before. At most {@link WINDOW} are out at once; a client that acknowledges none for 30 s is too slow.
 */
export class Feed {
  readonly #id: number
  readonly #prefix: string
  readonly #host: FeedHost
  /** Up to where the client was sent everything, and up to where there is nothing more to send. */
  #sent: number
  #covered: number
  #unacknowledged: number[] = []
  /** Reached the head once: from then on empty ranges can wait. */
  #current = false
  #pumping = false
  #stopped = false
  #cancelStall: (() => void) | undefined

  constructor(id: number, prefix: string, after: number, host: FeedHost) {
    this.#id = id
    this.#prefix = prefix
    this.#host = host
    this.#sent = after
    this.#covered = after
  }

  start(): void {
    if (this.#sent <= this.#host.tail.head) this.wake()
    else void this.#checkCursor()
  }

  /** Something changed: there may be more to send, or more room to send it. */
  wake(): void {
    if (!this.#pumping && this.#ready()) void this.#pump()
  }

  acknowledge(upTo: number): void {
    const before = this.#unacknowledged.length
    this.#unacknowledged = this.#unacknowledged.filter((sent) => sent > upTo)
    if (this.#unacknowledged.length === before) return
    this.#watchStall()
    this.wake()
  }

  /** Tells the client of a range that held nothing for it. */
  cover(): void {
    if (this.#covered > this.#sent && this.#hasRoom()) this.#send([], this.#covered)
  }

  stop(): void {
    this.#stopped = true
    this.#cancelStall?.()
  }

  #ready(): boolean {
    return this.#hasRoom() && this.#covered < this.#host.tail.head
  }

  #hasRoom(): boolean {
    return !this.#stopped && this.#unacknowledged.length < WINDOW && !this.#host.congested()
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    try {
      while (this.#ready()) {
        const page = this.#readTail() ?? (await this.#host.inTurn(() => this.#readStore()))
        const permitted = this.#host.rights.filter(page.entries)
        const entries = permitted instanceof Promise ? await permitted : permitted
        // Others may have filled the connection meanwhile: then the page is read again when it has drained.
        if (!this.#hasRoom()) return
        if (page.upTo <= this.#covered) continue
        this.#covered = page.upTo
        if (entries.length > 0 || !this.#current) this.#send(entries, page.upTo)
        else this.#host.coverSoon()
        if (page.upTo >= this.#host.tail.head) this.#current = true
      }
    } catch (error) {
      if (!this.#stopped) this.#host.fail(error)
    } finally {
      this.#pumping = false
    }
  }

  #readTail(): Page | undefined {
    const upTo = this.#host.tail.head
    const kept = this.#host.tail.since(this.#covered)
    if (kept === undefined) return undefined
    const page = new PageBuilder()
    for (const entry of kept) {
      if (entry.event.stream.startsWith(this.#prefix) && !page.add(entry)) return cut(page)
    }
    return { entries: page.entries, upTo }
  }

  async #readStore(): Promise<Page> {
    const upTo = this.#host.tail.head
    const page = new PageBuilder()
    const range = { after: this.#covered, upTo, limit: PAGE_READ, ...(this.#prefix === '' ? {} : { prefix: this.#prefix }) }
    if (!this.#hasRoom()) return { entries: [], upTo: this.#covered }
    for await (const event of this.#host.store.readAll(range)) {
      if (this.#stopped || !page.add(entryOf(event))) return cut(page)
    }
    return { entries: page.entries, upTo }
  }

  #send(entries: readonly Entry[], upTo: number): void {
    const head = Math.max(upTo, this.#host.tail.head)
    const events = entries.map(({ text }) => text).join(',')
    const frame = `{"type":"batch","id":${this.#id},"after":${this.#sent},"upTo":${upTo},"head":${head},"events":[${events}]}`
    this.#sent = upTo
    this.#unacknowledged.push(upTo)
    if (this.#unacknowledged.length === 1) this.#watchStall()
    this.#host.send(frame)
  }

  #watchStall(): void {
    this.#cancelStall?.()
    this.#cancelStall =
      this.#unacknowledged.length === 0 ? undefined : this.#host.clock.setTimer(() => this.#host.tooSlow(), STALLED_MS)
  }

  /** A cursor above what this server has seen is another server's news, or of a history that is no more. */
  async #checkCursor(): Promise<void> {
    try {
      const head = await this.#host.store.head()
      if (this.#stopped) return
      if (this.#sent > head) this.#host.rolledBack()
      else this.wake()
    } catch (error) {
      if (!this.#stopped) this.#host.fail(error)
    }
  }
}

interface Page {
  readonly entries: readonly Entry[]
  readonly upTo: number
}

function cut(page: PageBuilder): Page {
  return { entries: page.entries, upTo: page.entries.at(-1)?.event.position ?? 0 }
}
