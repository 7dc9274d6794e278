import type { RecordedEvent } from '../../event.ts'
import type { ReplicaTransaction, StoredRecord } from './storage.ts'
import { chunkEvents, decodeAhead, decodePending, prefixLabel, provisional } from './records.ts'
import { readMeta } from './meta.ts'

/** What a device knows besides its log up to a head: together they are everything, as of one moment. */
export interface BeyondLog {
  /** The log up to here is complete and does not change; 0 while there is none. */
  readonly head: number
  /** Names the log: under another name it has to be read from its start again. */
  readonly log: string
  /** What the authority holds above the head, in its order, then what it has not judged, in local order. */
  readonly events: readonly RecordedEvent[]
}

/** Reads it in one transaction, so that an event confirmed meanwhile is neither missed nor seen twice. */
export async function beyondLog(tx: ReplicaTransaction): Promise<BeyondLog> {
  const { authority, cursors } = await readMeta(tx)
  const own = (await tx.range('pending')).flatMap((record) => provisional(decodePending(record)))
  if (authority === undefined) return { head: 0, log: '', events: own }
  const head = cursors.length === 0 ? 0 : Math.min(...cursors.map(({ position }) => position))
  const known: RecordedEvent[] = (await tx.range('ahead')).map(decodeAhead)
  // Only a prefix that came further than another has any.
  for (const { prefix, position } of cursors) {
    const chunks: readonly StoredRecord[] = position > head ? await tx.byStream('log', prefixLabel(prefix), { after: head }) : []
    known.push(...chunks.flatMap(chunkEvents).filter((event) => event.position > head))
  }
  known.sort((a, b) => a.position - b.position)
  return { head, log: JSON.stringify([authority, ...cursors.map(({ prefix }) => prefix)]), events: [...known, ...own] }
}
