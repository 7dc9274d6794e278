/** The functions to call when something happens that carries no detail: listeners look for themselves. */
export class Listeners {
  readonly #listeners = new Set<() => void>()

  get size(): number {
    return this.#listeners.size
  }

  /** Returns what takes the listener away; calling it twice is fine. */
  add(listener: () => void): () => void {
    // A wrapper, so that one function added twice is called twice and taken away once.
    const entry = (): void => listener()
    this.#listeners.add(entry)
    return () => void this.#listeners.delete(entry)
  }

  notify(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
