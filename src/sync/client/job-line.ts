/** Runs asynchronous jobs one after the other; one that fails is reported, and the line goes on. */
export class JobLine {
  readonly #onError: (error: unknown) => void
  readonly #waiting = new Set<string>()
  #tail: Promise<void> = Promise.resolve()

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  add(job: () => Promise<void>): void {
    this.#tail = this.#tail.then(job).catch((error: unknown) => this.#onError(error))
  }

  /** Adds a job, unless one of that name already waits: it will see all there is to see. */
  once(name: string, job: () => Promise<void>): void {
    if (this.#waiting.has(name)) return
    this.#waiting.add(name)
    this.add(() => {
      this.#waiting.delete(name)
      return job()
    })
  }
}
