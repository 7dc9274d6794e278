import type { EventStore } from '../../src/index.ts'

/** A store that is the given one but for some of its methods. */
export function altered(store: EventStore, changes: Partial<EventStore>): EventStore {
  return {
    capabilities: store.capabilities,
    append: (batch) => store.append(batch),
    readStream: (stream, range) => store.readStream(stream, range),
    readAll: (range) => store.readAll(range),
    subscribe: (options) => store.subscribe(options),
    head: () => store.head(),
    logId: () => store.logId(),
    close: () => store.close(),
    ...changes,
  }
}
