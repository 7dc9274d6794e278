import type { RecordedEvent } from '../event.ts'
import type { AbortSignalLike, EventStore, SubscribeOptions, SubscriptionItem } from '../store.ts'
import { platform } from '../platform.ts'

/** A subscription being read, and everything it gave so far. */
export class Following {
  readonly items: SubscriptionItem[] = []
  readonly #controller = platform.abortController()
  readonly #ended: Promise<void>
  #failure: Error | undefined
  #over = false
  #look: (() => void)[] = []

  constructor(store: EventStore, options: SubscribeOptions = {}) {
    this.#ended = this.#read(store.subscribe({ ...options, signal: this.#controller.signal as AbortSignalLike }))
  }

  get events(): readonly RecordedEvent[] {
    return this.items.flatMap((item) => (item.type === 'event' ? [item.event] : []))
  }

  get marks(): readonly number[] {
    return this.items.flatMap((item) => (item.type === 'caught-up' ? [item.position] : []))
  }

  /** Resolves once `reached` holds, looked at after each item; rejects when the subscription ends before. */
  async until(reached: (following: this) => boolean): Promise<void> {
    while (!reached(this)) {
      if (this.#failure !== undefined) throw this.#failure
      if (this.#over) throw new Error('the subscription ended early')
      await new Promise<void>((resolve) => this.#look.push(resolve))
    }
  }

  /** Resolves once a mark covers `position`: by then every event up to it must have come. */
  caughtUp(position: number): Promise<void> {
    return this.until(({ marks }) => (marks.at(-1) ?? -1) >= position)
  }

  /** Aborts, and resolves when the subscription has ended; rejects if it did not end quietly. */
  async stop(): Promise<void> {
    this.#controller.abort()
    await this.end()
  }

  /** Resolves when the subscription has ended by itself; rejects with what it ended with. */
  async end(): Promise<void> {
    await this.#ended
    if (this.#failure !== undefined) throw this.#failure
  }

  async #read(items: AsyncIterable<SubscriptionItem>): Promise<void> {
    try {
      for await (const item of items) {
        this.items.push(item)
        this.#tell()
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error))
    } finally {
      this.#over = true
      this.#tell()
    }
  }

  #tell(): void {
    const waiting = this.#look
    this.#look = []
    for (const look of waiting) look()
  }
}
