/**
 * The order in which one session's commits are judged: those that share a stream one after the other, the rest at
 * the same time. A commit that is not accepted blocks its streams for what was waiting behind it: what others have
 * stored meanwhile must not make a later commit look current.
 */
export class Lanes {
  readonly #last = new Map<string, Turn>()

  /** A place behind everything that entered before it on any of these streams. */
  enter(streams: readonly string[]): Turn {
    const before = new Map<string, Turn>()
    for (const stream of streams) {
      const last = this.#last.get(stream)
      if (last !== undefined) before.set(stream, last)
    }
    const turn = new Turn(before)
    for (const stream of streams) this.#last.set(stream, turn)
    return turn
  }

  /** Forgets a place: what enters from now on does not wait for it and is not held by it. */
  leave(turn: Turn, streams: readonly string[]): void {
    for (const stream of streams) if (this.#last.get(stream) === turn) this.#last.delete(stream)
  }
}

export class Turn {
  /** Resolves once everything before it is judged. */
  readonly ready: Promise<void>
  readonly #done: Promise<void>
  #finish!: () => void
  /** By stream, the commit that was not accepted. */
  readonly #blocked = new Map<string, string>()

  constructor(before: ReadonlyMap<string, Turn>) {
    this.#done = new Promise((resolve) => {
      this.#finish = resolve
    })
    this.ready = this.#waitFor(before)
  }

  /** The commit that holds this one back, once `ready`. */
  get blockedBy(): string | undefined {
    return this.#blocked.values().next().value
  }

  /** @param failed the first commit of this turn that was not accepted */
  finish(streams: readonly string[], failed?: string): void {
    if (failed !== undefined) {
      for (const stream of streams) if (!this.#blocked.has(stream)) this.#blocked.set(stream, failed)
    }
    this.#finish()
  }

  async #waitFor(before: ReadonlyMap<string, Turn>): Promise<void> {
    for (const [stream, turn] of before) {
      await turn.#done
      const blocker = turn.#blocked.get(stream)
      if (blocker !== undefined) this.#blocked.set(stream, blocker)
    }
  }
}
