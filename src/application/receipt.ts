import type { EventStore, Verdict } from '../store.ts'
import type { RecordedEvent } from '../event.ts'

/** The proof that a commit is durable in the application's store, and the way to the authority's verdict on it. */
export interface Receipt {
  /** Keep it to ask again after a restart: {@link Application.verdict}. */
  readonly commitId: string
  /** The events as stored; none when the command emitted none. On a replica their positions are provisional. */
  readonly recorded: readonly RecordedEvent[]
  /**
   * The authority's verdict: `confirmed` as it was, `adapted` to what others did meanwhile, `superseded` because
   * nothing was left to do, or `refused`. It resolves at once where the store is its own authority, and on a replica
   * when the verdict has come, be it days later. It rejects with `closed` when the store is closed first.
   */
  readonly confirmed: Promise<Verdict>
}

/** A receipt for events just stored. */
export function receiptFor(store: EventStore, commitId: string, recorded: readonly RecordedEvent[]): Receipt {
  let verdict: Promise<Verdict> | undefined
  return {
    commitId,
    recorded,
    get confirmed(): Promise<Verdict> {
      verdict ??=
        store.replica === undefined || recorded.length === 0
          ? Promise.resolve({ outcome: 'confirmed', events: recorded.map(({ id, position }) => ({ id, position })) })
          : store.replica.verdict(commitId)
      return verdict
    },
  }
}
