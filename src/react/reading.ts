/** What {@link Reading} reads, and how. */
export interface ReadingOptions<T> {
  /** What shows before the first read, and where there is nothing to read (server rendering). */
  readonly initial: T
  /** Reads again; gives the same object back when nothing changed. */
  readonly read: (before: T) => Promise<T>
  /** What shows after a read failed. */
  readonly failed: (before: T, error: unknown) => T
  /** Calls back after each change there may be; returns what stops it. */
  readonly watch: (changed: () => void) => () => void
}

/**
 * Something read asynchronously and again after each change, shared by all components that show it: an external store
 * for `useSyncExternalStore`. It reads while somebody listens, one read at a time, and once more for all the changes
 * that came during one.
 */
export class Reading<T> {
  readonly #options: ReadingOptions<T>
  readonly #listeners = new Set<() => void>()
  #current: T
  #unwatch: (() => void) | undefined
  #busy = false
  #stale = false

  constructor(options: ReadingOptions<T>) {
    this.#options = options
    this.#current = options.initial
  }

  get used(): boolean {
    return this.#listeners.size > 0
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    // A wrapper, so that one function given twice counts twice.
    const entry = (): void => listener()
    this.#listeners.add(entry)
    if (this.#unwatch === undefined) {
      this.#unwatch = this.#options.watch(() => void this.#look())
      void this.#look()
    }
    return () => {
      this.#listeners.delete(entry)
      if (this.used) return
      this.#unwatch?.()
      this.#unwatch = undefined
    }
  }

  readonly current = (): T => this.#current

  readonly initial = (): T => this.#options.initial

  /** Never rejects. */
  async #look(): Promise<void> {
    this.#stale = true
    if (this.#busy) return
    this.#busy = true
    while (this.#stale && this.used) {
      this.#stale = false
      const next = await this.#options.read(this.#current).catch((error: unknown) => this.#options.failed(this.#current, error))
      if (next === this.#current) continue
      this.#current = next
      for (const listener of [...this.#listeners]) listener()
    }
    this.#busy = false
  }
}
