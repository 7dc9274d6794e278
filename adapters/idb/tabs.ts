const COMMITTED = 'committed'

/** What {@link Tabs} tells of. */
export interface TabsOptions {
  readonly channel: string
  /** Another connection committed, or may have while this page was not told. */
  readonly onForeign: () => void
  /** The page goes into the back/forward cache, where an open database handle is not welcome. */
  readonly onSuspend: () => void
}

/** Tells the other connections to a database of commits, and hears of theirs, over a BroadcastChannel. */
export class Tabs {
  readonly #options: TabsOptions
  readonly #stop = new AbortController()
  #channel: BroadcastChannel | undefined

  constructor(options: TabsOptions) {
    this.#options = options
    // Where there is no IndexedDB, a server that renders pages say, there are no tabs either.
    if (typeof indexedDB === 'undefined') return
    this.#listen()
    const { signal } = this.#stop
    // A worker has none of these events, and is never put into the cache.
    globalThis.addEventListener('pagehide', (event) => event.persisted && this.#suspend(), { signal })
    globalThis.addEventListener('pageshow', (event) => event.persisted && this.#resume(), { signal })
    // Messages sent while the page was hidden or frozen may have been dropped; both events bubble from the document.
    globalThis.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#resume(), { signal })
    globalThis.addEventListener('resume', () => this.#resume(), { signal })
  }

  announce(): void {
    this.#channel?.postMessage(COMMITTED)
  }

  close(): void {
    this.#stop.abort()
    this.#channel?.close()
    this.#channel = undefined
  }

  #listen(): void {
    if (this.#channel !== undefined || typeof BroadcastChannel === 'undefined') return
    this.#channel = new BroadcastChannel(this.#options.channel)
    this.#channel.addEventListener('message', ({ data }) => data === COMMITTED && this.#options.onForeign())
  }

  /** A message that reaches a cached page would evict it. */
  #suspend(): void {
    this.#channel?.close()
    this.#channel = undefined
    this.#options.onSuspend()
  }

  #resume(): void {
    this.#listen()
    this.#options.onForeign()
  }
}
