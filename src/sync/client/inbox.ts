import type { InboxEntry } from '../replica/records.ts'
import type { Replica } from '../replica/replica.ts'
import { discardEntry, inboxEntries, retryEntry } from '../replica/inbox.ts'

/** What the authority or a rebase refused: kept until somebody decides. Entries are plain data, ready to export. */
export interface Inbox {
  /** Oldest first. */
  list(): Promise<readonly InboxEntry[]>
  /**
   * Does the work again on the state there is now, as a new commit; gives that commit's id.
   * Rejects with `CommandRefused` when it is refused again, and the entry stays.
   */
  retry(commitId: string): Promise<string>
  /** The same with other arguments for its command. */
  edit(commitId: string, args: readonly unknown[]): Promise<string>
  /** Lets it go for good. */
  discard(commitId: string): Promise<void>
}

/** The inbox of a replica. */
export function inboxOf(replica: Replica): Inbox {
  const again = (commitId: string, args?: readonly unknown[]): Promise<string> =>
    replica.update('durable', async (tx, meta, states) => {
      const done = await retryEntry(tx, states, meta, commitId, args)
      return { meta: done.meta, result: done.commitId }
    })
  return {
    list: () => replica.read(inboxEntries),
    retry: (commitId) => again(commitId),
    edit: (commitId, args) => again(commitId, args),
    discard: (commitId) =>
      replica.update('durable', async (tx, meta) => {
        await discardEntry(tx, commitId)
        return { meta, result: undefined }
      }),
  }
}
