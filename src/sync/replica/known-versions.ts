/** Versions of streams as one transaction knows them: remembered ones, and those it sets itself. */
export interface VersionDraft {
  get(stream: string): number | undefined
  set(stream: string, version: number): void
  readonly base: number
  readonly changes: ReadonlyMap<string, number>
}

const CAPACITY = 10_000

/**
 * The streams' versions after the last transaction of one's own: a writer that is alone does not read them again.
 * They hold only while nobody else wrote, which the generation tells.
 */
export class KnownVersions {
  #generation = -1
  #versions = new Map<string, number>()

  /** What is known at a generation, to be changed by a transaction that may still fail. */
  at(generation: number): VersionDraft {
    const known = generation === this.#generation ? this.#versions : undefined
    const changes = new Map<string, number>()
    return {
      base: generation,
      changes,
      get: (stream) => changes.get(stream) ?? known?.get(stream),
      set: (stream, version) => void changes.set(stream, version),
    }
  }

  /** Keeps what a transaction that succeeded has left. */
  keep(draft: VersionDraft, generation: number): void {
    if (draft.base !== this.#generation || this.#versions.size > CAPACITY) this.#versions = new Map()
    for (const [stream, version] of draft.changes) this.#versions.set(stream, version)
    this.#generation = generation
  }
}
