import { Listeners } from '../../src/index.ts'

/**
 * Tells listeners of commits: at once of this connection's, and of another connection's by looking every `intervalMs`.
 *
 * It looks only while somebody listens.
 */
export class ChangeWatch {
  readonly #listeners = new Listeners()
  readonly #dataVersion: () => unknown
  readonly #intervalMs: number
  #timer: NodeJS.Timeout | undefined
  #seen: unknown

  /** @param dataVersion `PRAGMA data_version`: another value after each commit of another connection */
  constructor(dataVersion: () => unknown, intervalMs: number) {
    this.#dataVersion = dataVersion
    this.#intervalMs = intervalMs
  }

  add(listener: () => void): () => void {
    const remove = this.#listeners.add(listener)
    this.#timer ??= setInterval(() => this.#look(), this.#intervalMs)
    return () => {
      remove()
      if (this.#listeners.size === 0) this.stop()
    }
  }

  notify(): void {
    this.#listeners.notify()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    let version: unknown
    try {
      version = this.#dataVersion()
    } catch {
      // Whoever listens will look at the log itself, and meet the error where it can be answered.
      version = undefined
    }
    if (version !== undefined && version === this.#seen) return
    this.#seen = version
    this.notify()
  }
}
