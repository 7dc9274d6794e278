import type { Batch, Expect, StoredCommand } from '../store.ts'
import type { Fact } from '../domain/definition.ts'
import type { Metadata, NewEvent } from '../event.ts'
import { newId } from '../ids.ts'

/** What happened to one stream, decided on one of its versions. */
export interface Change {
  readonly stream: string
  readonly expect: Expect
  readonly facts: readonly Fact[]
}

/** The batch of one commit: every event gets its id, and the metadata that all of the commit share. */
export function commitBatch(
  changes: readonly Change[],
  context: { readonly metadata: Metadata; readonly time: string; readonly basis?: number; readonly command?: StoredCommand },
): Batch & { readonly commitId: string } {
  const commitId = newId()
  const shared: Metadata = { ...context.metadata, commitId, time: context.time }
  const events: NewEvent[] = changes.flatMap(({ stream, facts }) =>
    facts.map(({ type, data, metadata }) => ({ id: newId(), stream, type, data, metadata: { ...shared, ...metadata } })),
  )
  return {
    commitId,
    events,
    expect: Object.fromEntries(changes.map(({ stream, expect }) => [stream, expect])),
    ...(context.basis === undefined ? {} : { basis: context.basis }),
    ...(context.command === undefined ? {} : { command: context.command }),
  }
}
