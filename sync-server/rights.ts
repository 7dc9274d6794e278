import type { Entry } from './page.ts'

/** The most answers kept for one connection. */
const MAX_KNOWN = 10_000

/** Which streams one connection's principal may pull: asked once per stream, until rights change. */
export class Rights {
  readonly #ask: ((stream: string) => boolean | Promise<boolean>) | undefined
  #known = new Map<string, boolean>()

  constructor(ask: ((stream: string) => boolean | Promise<boolean>) | undefined) {
    this.#ask = ask
  }

  /** Ask again; also what was asked before and is not answered yet. */
  forget(): void {
    this.#known = new Map()
  }

  async mayPull(stream: string): Promise<boolean> {
    for (;;) {
      const known = this.#known
      await this.#learn([stream])
      const answer = this.#ask === undefined || known.get(stream) === true
      if (known === this.#known) return answer
    }
  }

  /** Those the principal may pull by the rights of this moment; not a promise when nothing has to be asked. */
  filter(entries: readonly Entry[]): readonly Entry[] | Promise<readonly Entry[]> {
    if (this.#ask === undefined) return entries
    const learning = this.#learn(entries.map(({ event }) => event.stream))
    return learning === undefined ? this.#permitted(entries) : this.#filterLater(entries, learning)
  }

  async #filterLater(entries: readonly Entry[], learning: Promise<unknown>): Promise<readonly Entry[]> {
    for (let pending: Promise<unknown> | undefined = learning; pending !== undefined;) {
      await pending
      pending = this.#learn(entries.map(({ event }) => event.stream))
    }
    return this.#permitted(entries)
  }

  #permitted(entries: readonly Entry[]): readonly Entry[] {
    return entries.filter(({ event }) => this.#known.get(event.stream) === true)
  }

  #learn(streams: readonly string[]): Promise<unknown> | undefined {
    if (this.#ask === undefined) return undefined
    const unknown = new Set(streams.filter((stream) => !this.#known.has(stream)))
    if (unknown.size === 0) return undefined
    if (this.#known.size > MAX_KNOWN) {
      this.#known = new Map()
      return this.#learn(streams)
    }
    const known = this.#known
    const pending: Promise<void>[] = []
    try {
      for (const stream of unknown) {
        const answer = this.#ask(stream)
        if (typeof answer === 'boolean') known.set(stream, answer)
        else pending.push(answer.then((may) => void known.set(stream, may)))
      }
    } catch (error) {
      // Nobody waits for those any more, and a rejection that nobody hears ends the process.
      void Promise.allSettled(pending)
      throw error
    }
    return pending.length === 0 ? undefined : Promise.all(pending)
  }
}
