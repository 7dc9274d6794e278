import type { Cursor, Meta } from './meta.ts'
import type { RecordedEvent } from '../../event.ts'
import type { ReplicaTransaction } from './storage.ts'
import { HeadwaterError } from '../../errors.ts'
import { checkPrefix } from '../../names.ts'
import { decodeAhead, encodeAhead, prefixLabel } from './records.ts'
import { pendingCommits } from './inspect.ts'
import { confirmedEvents } from './streams.ts'

/**
 * Makes these the prefixes the replica follows: new ones start from the beginning, and what only a dropped one brought
 * is removed, but for what pending commits rest on. Refuses prefixes of which one contains another
 * (`bad-configuration`): an event would come twice.
 */
export async function followPrefixes(tx: ReplicaTransaction, meta: Meta, prefixes: readonly string[]): Promise<Meta> {
  checkDisjoint(prefixes)
  const kept = meta.cursors.filter(({ prefix }) => prefixes.includes(prefix))
  const added = prefixes.filter((prefix) => kept.every((cursor) => cursor.prefix !== prefix))
  const dropped = meta.cursors.filter((cursor) => !kept.includes(cursor))
  for (const { prefix } of dropped) await purge(tx, prefix)
  if (added.length === 0 && dropped.length === 0) return meta
  // Readers that folded what is gone, or missed what comes below, have to start over.
  return { ...meta, cursors: [...kept, ...added.map((prefix): Cursor => ({ prefix, position: 0 }))], rewrites: meta.rewrites + 1 }
}

function checkDisjoint(prefixes: readonly string[]): void {
  prefixes.forEach((prefix, i) => {
    checkPrefix(prefix)
    const other = prefixes.find((candidate, j) => j !== i && candidate.startsWith(prefix))
    if (other !== undefined) {
      throw new HeadwaterError(
        'bad-configuration',
        `follow: expected prefixes apart from each other, found "${prefix}" within which "${other}" lies`,
      )
    }
  })
}

/** What pending commits were decided on stays, ahead of all cursors: decided again on less, they would be judged wrongly. */
async function purge(tx: ReplicaTransaction, prefix: string): Promise<void> {
  const pending = new Set((await pendingCommits(tx)).flatMap(({ streams }) => streams))
  const needed: RecordedEvent[] = []
  for (const stream of pending) if (stream.startsWith(prefix)) needed.push(...(await confirmedEvents(tx, stream, -1)))
  for (const chunk of await tx.byStream('log', prefixLabel(prefix))) tx.delete('log', chunk.key)
  for (const record of await tx.range('ahead')) if (decodeAhead(record).stream.startsWith(prefix)) tx.delete('ahead', record.key)
  for (const event of needed) tx.put('ahead', encodeAhead(event))
}
