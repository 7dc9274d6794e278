import type { Answer } from '../replica/settle.ts'
import type { Cursor } from '../replica/meta.ts'
import type { PendingCommit } from '../replica/records.ts'
import type { QueuedCommit } from './push-queue.ts'
import type { Range } from '../replica/pull.ts'
import type { Replica } from '../replica/replica.ts'
import { HeadwaterError } from '../../errors.ts'
import { applyRange } from '../replica/pull.ts'
import { decodePending, namedEvents } from '../replica/records.ts'
import { followPrefixes } from '../replica/follow.ts'
import { heldStreams, newestConfirmed, watchPending } from '../replica/inspect.ts'
import { readMeta } from '../replica/meta.ts'
import { rebase } from '../replica/rebase.ts'
import { settle } from '../replica/settle.ts'

/** What became of pending commits in a transaction: by `seq`, what they are now, `undefined` when gone. */
export type QueueChanges = ReadonlyMap<number, QueuedCommit | undefined>

/** Who the replica is, and how far it has come. */
export interface Standing {
  readonly replicaId: string
  readonly logId?: string
  readonly tip?: { readonly position: number; readonly id: string }
}

/**
 * What a leader does to its replica. Every write is one transaction that first checks that this is still the leader:
 * one that was frozen and replaced finds `superseded-leader`, and nothing changed.
 */
export class Ledger {
  readonly #replica: Replica
  #epoch = 0

  constructor(replica: Replica) {
    this.#replica = replica
  }

  /**
   * Becomes the leader, following these prefixes; looks again at what an older app could not decide.
   *
   * @param wanted asked when its turn has come: one that was given up meanwhile must not replace who leads by then
   */
  async lead(prefixes: readonly string[], wanted: () => boolean = () => true): Promise<void> {
    this.#epoch = await this.#replica.update('durable', async (tx, meta, states) => {
      if (!wanted()) return { result: this.#epoch }
      const held = await heldStreams(tx)
      const rewritten = held.size > 0 && (await rebase(tx, states, held))
      const epoch = meta.epoch + 1
      const next = { ...meta, epoch, startedWith: prefixes, rewrites: meta.rewrites + (rewritten ? 1 : 0) }
      const same = JSON.stringify(prefixes) === JSON.stringify(meta.startedWith)
      return { meta: same ? next : await followPrefixes(tx, next, prefixes), result: epoch }
    })
  }

  standing(): Promise<Standing> {
    return this.#replica.read(async (tx) => {
      const { replicaId, authority, cursors } = await readMeta(tx)
      const tip = await newestConfirmed(tx, cursors)
      return { replicaId, ...(authority === undefined ? {} : { logId: authority }), ...(tip === undefined ? {} : { tip }) }
    })
  }

  /** Belongs to an authority from now on. `server-rolled-back` when it belongs to another. */
  bind(logId: string): Promise<void> {
    return this.#update('durable', (_, meta) => {
      if (meta.authority !== undefined && meta.authority !== logId) {
        throw new HeadwaterError(
          'server-rolled-back',
          `the server has the log ${logId}, this replica was filled from ${meta.authority}`,
        )
      }
      return Promise.resolve({ meta: meta.authority === logId ? undefined : { ...meta, authority: logId }, result: undefined })
    })
  }

  /** Takes a range of the log; `applied` is false when it does not continue the cursor. */
  async take(prefix: string, range: Range): Promise<{ readonly applied: boolean; readonly changes: QueueChanges }> {
    return this.#update('relaxed', async (tx, meta, states) => {
      const watched = watchPending(tx)
      const next = await applyRange(watched.tx, states, meta, prefix, range)
      return { meta: next, result: { applied: next !== undefined, changes: queueChanges(watched.changes) } }
    })
  }

  /** Takes the answers to a push. */
  async settle(answers: readonly Answer[]): Promise<QueueChanges> {
    return this.#update('durable', async (tx, meta, states) => {
      const watched = watchPending(tx)
      return { meta: await settle(watched.tx, states, meta, answers), result: queueChanges(watched.changes) }
    })
  }

  /** Pending commits after a place in the local order. */
  pendingAfter(seq: number, limit: number): Promise<readonly QueuedCommit[]> {
    return this.#replica.read(async (tx) => {
      const page = await tx.range('pending', { after: seq, limit })
      return page.map((record) => queued(decodePending(record)))
    })
  }

  /** The commits to push, as they are now; those that are gone or held are left out. */
  toPush(seqs: readonly number[]): Promise<readonly PendingCommit[]> {
    return this.#replica.read(async (tx) => {
      const records = await Promise.all(seqs.map((seq) => tx.get('pending', seq)))
      const commits = records.filter((record) => record !== undefined).map(decodePending)
      return commits.filter(({ held }) => held === undefined).map((commit) => ({ ...commit, events: namedEvents(commit) }))
    })
  }

  /** How much is pending and refused, and how far each prefix has come. */
  counts(): Promise<{ readonly pending: number; readonly inbox: number; readonly cursors: readonly Cursor[] }> {
    return this.#replica.read(async (tx) => {
      const [{ cursors }, pending, inbox] = await Promise.all([readMeta(tx), tx.count('pending'), tx.count('inbox')])
      return { pending, inbox, cursors }
    })
  }

  readonly #update: Replica['update'] = (mode, work) =>
    this.#replica.update(mode, (tx, meta, states) => {
      if (meta.epoch !== this.#epoch) {
        throw new HeadwaterError(
          'superseded-leader',
          `leader ${this.#epoch} of replica "${this.#replica.name}" was replaced by leader ${meta.epoch}`,
        )
      }
      return work(tx, meta, states)
    })
}

function queued({ seq, streams, held }: PendingCommit): QueuedCommit {
  return { seq, streams, held }
}

function queueChanges(changes: ReadonlyMap<number, PendingCommit | undefined>): QueueChanges {
  return new Map([...changes].map(([seq, commit]) => [seq, commit && queued(commit)]))
}
