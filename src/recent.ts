/** The values used last, by name: when there are too many, the one stored longest ago makes room. */
export class Recent<T> {
  readonly #capacity: number
  readonly #values = new Map<string, T>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(name: string): T | undefined {
    return this.#values.get(name)
  }

  set(name: string, value: T): void {
    // Taken out first, as a map keeps the place a name had.
    this.#values.delete(name)
    this.#values.set(name, value)
    if (this.#values.size <= this.#capacity) return
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest)
      return
    }
  }

  delete(name: string): void {
    this.#values.delete(name)
  }

  clear(): void {
    this.#values.clear()
  }
}
