import type { ReplicaTransaction } from './storage.ts'
import { HeadwaterError } from '../../errors.ts'
import { newId } from '../../ids.ts'

/** The replica's own record. */
export interface Meta {
  /** Random, made with the store: one device, one profile. */
  readonly replicaId: string
  /** The authority's log this replica belongs to; absent until it first met one. */
  readonly authority?: string
  /** Counts write transactions: what was remembered under another count may be stale. */
  readonly generation: number
  /** Counts rewrites of unconfirmed history. */
  readonly rewrites: number
  /** The place in the local order that the next event takes. */
  readonly nextSeq: number
  /** Counts leaders: only the newest may act for this replica. */
  readonly epoch: number
  /** What the app last started sync to follow: said anew, it does not undo what was chosen since. */
  readonly startedWith?: readonly string[]
  /** What it follows, and how far it has come. No prefix is the start of another. */
  readonly cursors: readonly Cursor[]
}

/** Everything of a prefix up to a position is in the log. */
export interface Cursor {
  readonly prefix: string
  readonly position: number
}

const KEY = 'meta'

/** Makes the replica's record in a new storage. */
export async function ensureMeta(tx: ReplicaTransaction): Promise<void> {
  if ((await tx.get('meta', KEY)) !== undefined) return
  writeMeta(tx, { replicaId: newId(), generation: 0, rewrites: 0, nextSeq: 1, epoch: 0, cursors: [] })
}

/** The replica's record. `store-lost` when the storage was emptied while in use. */
export async function readMeta(tx: ReplicaTransaction): Promise<Meta> {
  const record = await tx.get('meta', KEY)
  if (record === undefined) throw new HeadwaterError('store-lost', "the replica's storage was emptied while it was open")
  return JSON.parse(record.value) as Meta
}

/** Stores the record, counting the transaction. */
export function writeMeta(tx: ReplicaTransaction, meta: Meta): Meta {
  const next = { ...meta, generation: meta.generation + 1 }
  tx.put('meta', { key: KEY, value: JSON.stringify(next) })
  return next
}
