import type { RecordedEvent } from '../src/event.ts'
import type { EventStore } from '../src/store.ts'
import type { Entry } from './page.ts'
import { Listeners } from '../src/listeners.ts'
import { entryOf, sameCommit } from './page.ts'

const KEEP = { events: 8192, chars: 16 * 1024 * 1024 }
/** How many events of a long run may wait for its end before what is complete is published. */
const PUBLISH_AT = 256

/**
 * Follows the store once for all sessions, and keeps the newest events: a session that is nearly current reads them
 * here, one that is behind reads the store up to `head`.
 */
export class Tail {
  /** Told whenever `head` has moved. */
  readonly published: Listeners = new Listeners()
  readonly #store: EventStore
  readonly #failed: (error: unknown) => void
  #following: AbortController | undefined
  #starting: Promise<void> | undefined
  #head: number | undefined
  /** Every event above it, up to `head`, is in `#entries`. */
  #floor = 0
  #entries: Entry[] = []
  #chars = 0
  #unpublished: Entry[] = []
  #headSeen = 0

  /** @param failed the store cannot be followed any more; the next {@link ready} tries again */
  constructor(store: EventStore, failed: (error: unknown) => void) {
    this.#store = store
    this.#failed = failed
  }

  /** Everything up to here can be sent: it is stored, and nothing will ever come below it. */
  get head(): number {
    return this.#head ?? 0
  }

  get following(): boolean {
    return this.#following !== undefined
  }

  /** Resolves once the store is followed, rejects when it cannot be. */
  ready(): Promise<void> {
    if (this.#following !== undefined) return Promise.resolve()
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined
    })
    return this.#starting
  }

  /** The events above a position up to `head`; `undefined` when they reach further back than what is kept. */
  since(after: number): readonly Entry[] | undefined {
    if (after < this.#floor) return undefined
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle]?.event.position ?? 0) > after) high = middle
      else low = middle + 1
    }
    return this.#entries.slice(low)
  }

  /** Follows anew when the store was ahead a whole interval ago and still is: a lost notification must not last. */
  async check(): Promise<void> {
    const following = this.#following
    if (following === undefined) return
    try {
      const seen = this.#headSeen
      this.#headSeen = await this.#store.head()
      if (this.#following === following && this.head < seen) this.#follow()
    } catch (error) {
      this.#end(following, error)
    }
  }

  stop(): void {
    this.#following?.abort()
    this.#following = undefined
  }

  async #start(): Promise<void> {
    const head = await this.#store.head()
    if (this.#head === undefined) {
      this.#head = head
      this.#floor = head
    }
    this.#follow()
  }

  #follow(): void {
    this.stop()
    const following = new AbortController()
    this.#following = following
    this.#unpublished = []
    this.#headSeen = 0
    this.#run(following).then(
      () => this.#end(following, new Error('the subscription ended')),
      (error: unknown) => this.#end(following, error),
    )
  }

  async #run(following: AbortController): Promise<void> {
    for await (const item of this.#store.subscribe({ after: this.head, signal: following.signal })) {
      if (this.#following !== following) return
      if (item.type === 'event') this.#take(item.event)
      else this.#publish(item.position)
    }
  }

  #end(following: AbortController, error: unknown): void {
    if (this.#following !== following) return
    this.stop()
    this.#failed(error)
  }

  #take(event: RecordedEvent): void {
    const last = this.#unpublished.at(-1)?.event
    // Never between two events of one commit: they are to arrive together.
    if (last !== undefined && this.#unpublished.length >= PUBLISH_AT && !sameCommit(last, event)) this.#publish(last.position)
    this.#unpublished.push(entryOf(event))
  }

  #publish(upTo: number): void {
    for (const entry of this.#unpublished) {
      this.#entries.push(entry)
      this.#chars += entry.text.length
    }
    this.#unpublished = []
    if (upTo <= this.head) return
    this.#head = upTo
    this.#trim()
    this.published.notify()
  }

  #trim(): void {
    if (this.#entries.length <= KEEP.events && this.#chars <= KEEP.chars) return
    // Down to seven eighths: cutting rarely keeps the cost per event constant.
    let count = 0
    while (this.#entries.length - count > KEEP.events * 0.875 || this.#chars > KEEP.chars * 0.875) {
      const entry = this.#entries[count]
      if (entry === undefined) break
      this.#chars -= entry.text.length
      this.#floor = entry.event.position
      count++
    }
    this.#entries = this.#entries.slice(count)
  }
}
