import type { AbortSignalLike, EventStore } from '../store.ts'
import { Listeners } from '../listeners.ts'
import { platform } from '../platform.ts'

/** Calls back after each change of what a store's reads show; returns what stops it. */
export type Watch = (changed: () => void) => () => void

/** The changes of any store: a replica tells of its own, of another store one subscription serves all who watch. */
export function changesOf(store: EventStore): Watch {
  const { replica } = store
  if (replica !== undefined) return (changed) => replica.onChange(changed)
  const listeners = new Listeners()
  let stop: (() => void) | undefined
  return (changed) => {
    const remove = listeners.add(changed)
    stop ??= follow(store, () => listeners.notify())
    return () => {
      remove()
      if (listeners.size > 0) return
      stop?.()
      stop = undefined
    }
  }
}

function follow(store: EventStore, changed: () => void): () => void {
  const ended = platform.abortController()
  const signal = ended.signal as AbortSignalLike
  const run = async (): Promise<void> => {
    // The first mark counts as a change: it covers what came between the watchers' first read and this subscription.
    for await (const item of store.subscribe({ after: await store.head(), signal })) {
      if (item.type === 'caught-up') changed()
    }
  }
  // A store that can no longer be followed fails the reads as well, and they show it.
  run().catch(changed)
  return () => ended.abort()
}
