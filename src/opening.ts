/** Something that is opened once, when first used; an opening that failed is tried again at the next use. */
export class Opening<T> {
  readonly #open: () => Promise<T>
  #opened: Promise<T> | undefined

  constructor(open: () => Promise<T>) {
    this.#open = open
  }

  get(): Promise<T> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined
      throw error
    })
    return this.#opened
  }

  /** Opens anew at the next use. */
  forget(): void {
    this.#opened = undefined
  }

  /** Resolves when nothing is being opened, however that ended. */
  async settled(): Promise<void> {
    await this.#opened?.catch(() => undefined)
  }
}
