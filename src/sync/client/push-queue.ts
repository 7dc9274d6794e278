/** A pending commit as the queue knows it: where it stands and what it touches, not what is in it. */
export interface QueuedCommit {
  readonly seq: number
  readonly streams: readonly string[]
  /** Why it is not to be pushed for now; absent when it may. */
  readonly held?: string | undefined
}

/**
 * The pending commits in their local order, and which of them may be pushed.
 *
 * A stream is a lane: a commit waits for every earlier one on its streams that is held, waits itself or is on its way
 * in another push; lanes do not wait for each other. Commits of one lane may share a push.
 */
export class PushQueue {
  // Insertion order is local order: commits are only ever added at the end.
  readonly #commits = new Map<number, QueuedCommit>()
  readonly #onTheirWay = new Set<number>()
  readonly #parked = new Set<number>()
  /** Changed since they were taken: what is on its way is an older form of them. */
  readonly #overtaken = new Set<number>()
  #last = 0

  /** The newest commit ever added: what comes after it is not known yet. */
  get last(): number {
    return this.#last
  }

  get size(): number {
    return this.#commits.size
  }

  get inFlight(): number {
    return this.#onTheirWay.size
  }

  /** Adds newer commits, in their order. */
  add(commits: readonly QueuedCommit[]): void {
    for (const commit of commits) {
      if (commit.seq <= this.#last) continue
      this.#commits.set(commit.seq, commit)
      this.#last = commit.seq
    }
  }

  /** Takes over what became of a commit: changed, or gone. One it does not know yet comes with {@link add}. */
  update(seq: number, commit: QueuedCommit | undefined): void {
    if (!this.#commits.has(seq)) return
    this.#parked.delete(seq)
    if (commit !== undefined) {
      this.#commits.set(seq, commit)
      if (this.#onTheirWay.has(seq)) this.#overtaken.add(seq)
      return
    }
    this.#commits.delete(seq)
    this.#onTheirWay.delete(seq)
    this.#overtaken.delete(seq)
  }

  /** Why the first commit that is held is held. */
  held(): string | undefined {
    for (const { seq, held } of this.#commits.values()) {
      if (held !== undefined) return held
      if (this.#parked.has(seq)) return 'a conflict whose events the log has not brought yet'
    }
    return undefined
  }

  /** It is not pushed until it changes, or until {@link unpark}. It may have changed since it was taken: then it goes on. */
  park(seq: number): void {
    if (this.#commits.has(seq) && !this.#overtaken.has(seq)) this.#parked.add(seq)
  }

  unpark(): void {
    this.#parked.clear()
  }

  /**
   * Up to `max` commits that may be pushed now, in the same push as those in `together`; they count as on their way
   * until told otherwise.
   */
  take(max: number, together: readonly QueuedCommit[] = []): readonly QueuedCommit[] {
    const companions = new Set(together.map(({ seq }) => seq))
    const blocked = new Set<string>()
    const taken: QueuedCommit[] = []
    for (const commit of this.#commits.values()) {
      if (taken.length >= max) break
      if (companions.has(commit.seq)) continue
      const stays = commit.held !== undefined || this.#parked.has(commit.seq) || this.#onTheirWay.has(commit.seq)
      const waits = stays || commit.streams.some((stream) => blocked.has(stream))
      if (waits) for (const stream of commit.streams) blocked.add(stream)
      else taken.push(commit)
    }
    for (const { seq } of taken) {
      this.#onTheirWay.add(seq)
      this.#overtaken.delete(seq)
    }
    return taken
  }

  /** They are not on their way any more: answered, or not sent after all. */
  release(seqs: Iterable<number>): void {
    for (const seq of seqs) this.#onTheirWay.delete(seq)
  }

  /** Nothing is on its way: the connection is gone. */
  releaseAll(): void {
    this.#onTheirWay.clear()
    this.#parked.clear()
  }
}
