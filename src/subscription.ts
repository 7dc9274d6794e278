import type { RecordedEvent } from './event.ts'
import type { LogRange, SubscribeOptions, SubscriptionItem } from './store.ts'
import { logBounds } from './filter.ts'

/** What following a log needs of a store. */
export interface LogSource {
  /** Rejects with `closed` once the store is closed. */
  head(): Promise<number>
  readAll(range: LogRange): AsyncIterable<RecordedEvent>
  /** Calls back after each commit, by whomever, and when the store closes; too often is fine, late is fine, never is not. */
  onChange(listener: () => void): () => void
}

/**
 * Point 7 of the store contract over any store that can read its log in order: catches up, marks, follows.
 *
 * It reads up to a head it has asked for before, so what the filter leaves out is covered by the mark too.
 */
export function followLog(source: LogSource, options: SubscribeOptions = {}): AsyncIterable<SubscriptionItem> {
  return { [Symbol.asyncIterator]: () => new Follower(source, options) }
}

class Follower implements AsyncIterator<SubscriptionItem> {
  readonly #source: LogSource
  readonly #options: SubscribeOptions
  readonly #items: AsyncGenerator<SubscriptionItem, undefined>
  #stopped = false
  #changed = false
  #wake: (() => void) | undefined

  constructor(source: LogSource, options: SubscribeOptions) {
    this.#source = source
    this.#options = options
    this.#items = this.#follow()
  }

  next(): Promise<IteratorResult<SubscriptionItem>> {
    return this.#items.next()
  }

  /** Unlike a bare generator's, this also ends a `next` that is waiting. */
  return(): Promise<IteratorResult<SubscriptionItem>> {
    this.#stop()
    return this.#items.return(undefined)
  }

  async *#follow(): AsyncGenerator<SubscriptionItem, undefined> {
    const { signal, ...range } = this.#options
    let { after } = logBounds(range)
    if (signal?.aborted === true || this.#stopped) return
    const stop = (): void => this.#stop()
    signal?.addEventListener('abort', stop)
    // Listening begins before the first look: what is committed in between is not missed.
    const unlisten = this.#source.onChange(() => this.#notify())
    try {
      for (let first = true; ; first = false) {
        this.#changed = false
        const head = await this.#source.head()
        if (this.#stopped) return
        if (head > after) {
          for await (const event of this.#source.readAll({ ...range, after, upTo: head })) {
            if (this.#stopped) return
            yield { type: 'event', event }
            if (this.#stopped) return
          }
        }
        if (this.#stopped) return
        if (first || head > after) {
          after = Math.max(after, head)
          yield { type: 'caught-up', position: after }
        }
        await this.#change()
        if (this.#stopped) return
      }
    } catch (error) {
      if (this.#stopped) return
      throw error
    } finally {
      unlisten()
      signal?.removeEventListener('abort', stop)
    }
  }

  async #change(): Promise<void> {
    if (this.#changed || this.#stopped) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = undefined
  }

  #notify(): void {
    this.#changed = true
    this.#wake?.()
  }

  #stop(): void {
    this.#stopped = true
    this.#wake?.()
  }
}
