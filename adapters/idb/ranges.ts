import type { RecordKey, RecordRange } from '../../src/sync/index.ts'

/** IndexedDB takes a limit of 0 for none, and refuses a range that ends before it starts. */
export function isEmpty({ after, upTo, limit }: RecordRange): boolean {
  return limit === 0 || (after !== undefined && upTo !== undefined && after >= upTo)
}

export function within({ after, upTo }: RecordRange, key: RecordKey): boolean {
  return (after === undefined || key > after) && (upTo === undefined || key <= upTo)
}

export function keyRange({ after, upTo }: RecordRange): IDBKeyRange | undefined {
  if (after !== undefined && upTo !== undefined) return IDBKeyRange.bound(after, upTo, true)
  if (after !== undefined) return IDBKeyRange.lowerBound(after, true)
  return upTo === undefined ? undefined : IDBKeyRange.upperBound(upTo)
}
