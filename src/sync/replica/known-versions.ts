import type { StreamVersions } from './streams.ts'

/** Versions of streams as one transaction knows them: remembered ones, and those it sets itself. */
export interface VersionDraft {
  get(stream: string): StreamVersions | undefined
  set(stream: string, versions: StreamVersions): void
  readonly base: number
  readonly changes: ReadonlyMap<string, StreamVersions>
}

const CAPACITY = 10_000

/**
 * The streams' versions after the last transaction of one's own: a writer that is alone does not read them again.
 * They hold only while nobody else wrote, which the generation tells.
 */
export class KnownVersions {
  #generation = -1
  #versions = new Map<string, StreamVersions>()

  /** What is known at a generation, to be changed by a transaction that may still fail. */
  at(generation: number): VersionDraft {
    const known = generation === this.#generation ? this.#versions : undefined
    const changes = new Map<string, StreamVersions>()
    return {
      base: generation,
      changes,
      get: (stream) => changes.get(stream) ?? known?.get(stream),
      set: (stream, versions) => void changes.set(stream, versions),
    }
  }

  /** Keeps what a transaction that succeeded has left. */
  keep(draft: VersionDraft, generation: number): void {
    if (draft.base !== this.#generation || this.#versions.size > CAPACITY) this.#versions = new Map()
    for (const [stream, versions] of draft.changes) this.#versions.set(stream, versions)
    this.#generation = generation
  }
}
