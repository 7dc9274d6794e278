import type { Batch, EventStore, LogRange, MemoryLog, RecordedEvent, SubscriptionItem } from '../../src/index.ts'
import { altered } from '../support/altered-store.ts'
import { isHeadwaterError, newId, VersionConflict } from '../../src/index.ts'

/** A store that breaks one sentence of the contract, and the point that sentence is in. */
export interface BrokenStore {
  readonly what: string
  readonly point: number
  wrap(store: EventStore, log: MemoryLog): EventStore
}

/** Each turns the conformance suite red; if one does not, the suite has lost a case. */
export const brokenStores: readonly BrokenStore[] = [
  broken('checks, and then writes', 1, (store) => ({
    append: async (batch) => {
      for (const [stream, expected] of Object.entries(batch.expect)) {
        if (typeof expected !== 'number') continue
        const actual = await versionOf(store, stream)
        if (actual !== expected) throw new VersionConflict(stream, expected, actual)
      }
      await pause()
      return store.append({ ...batch, expect: mapExpect(batch, (expected) => (typeof expected === 'number' ? 'any' : expected)) })
    },
  })),
  broken('checks the first stream of a batch only', 1, (store) => ({
    append: (batch) => {
      const [first] = batch.events
      return store.append({
        ...batch,
        expect: mapExpect(batch, (expected, stream) => (stream === first?.stream ? expected : 'any')),
      })
    },
  })),
  broken('writes a batch stream by stream', 1, (store) => ({
    append: async (batch) => {
      const streams = Object.keys(batch.expect)
      if (streams.length < 2 || batch.events.length === 0) return store.append(batch)
      const recorded: RecordedEvent[] = []
      for (const stream of streams) {
        const events = batch.events.filter((event) => event.stream === stream)
        recorded.push(...(await store.append({ events, expect: { [stream]: batch.expect[stream] ?? 'any' } })))
      }
      return batch.events.flatMap(({ id }) => recorded.find((event) => event.id === id) ?? [])
    },
  })),
  broken('tells the expected version as the actual one', 2, (store) => ({
    append: async (batch) => {
      try {
        return await store.append(batch)
      } catch (error) {
        if (!(error instanceof VersionConflict)) throw error
        throw new VersionConflict(error.stream, error.expected, 0)
      }
    },
  })),
  broken('does not check version 0', 2, (store) => ({
    append: (batch) => store.append({ ...batch, expect: mapExpect(batch, (expected) => (expected === 0 ? 'any' : expected)) }),
  })),
  broken('gives a batch that is appended again new positions', 3, (store) => ({
    append: async (batch) => {
      const before = await store.head()
      const recorded = await store.append(batch)
      const again = recorded.length > 0 && (recorded[0]?.position ?? 0) <= before
      return again ? recorded.map((event, i) => ({ ...event, position: before + 1 + i })) : recorded
    },
  })),
  broken('stores a batch again under fresh ids', 3, (store) => ({
    append: async (batch) => {
      try {
        return await store.append(batch)
      } catch (error) {
        if (!isHeadwaterError(error, 'id-conflict')) throw error
        return store.append({
          ...batch,
          events: batch.events.map((event) => ({ ...event, id: newId() })),
          expect: mapExpect(batch, () => 'any'),
        })
      }
    },
  })),
  broken('takes an id with other content for the same event', 3, (store, log) => ({
    append: async (batch) => {
      const stored = batch.events.map(({ id }) => log.find(id))
      const all = stored.flatMap((event) => event ?? [])
      return all.length > 0 && all.length === stored.length ? all : store.append(batch)
    },
  })),
  broken('refuses a batch that is appended again', 3, (store, log) => ({
    append: async (batch) => {
      const [stream, expected] = Object.entries(batch.expect)[0] ?? []
      if (stream !== undefined && batch.events.every(({ id }) => log.find(id) !== undefined)) {
        throw new VersionConflict(stream, expected ?? 'any', await versionOf(store, stream))
      }
      return store.append(batch)
    },
  })),
  broken('shows an event before those at smaller positions', 4, (store) => {
    // Of a batch of two, the first becomes visible a moment after the second.
    const late = new Set<number>()
    return {
      append: async (batch) => {
        const recorded = await store.append(batch)
        const first = recorded.length > 1 ? recorded[0]?.position : undefined
        if (first !== undefined) {
          late.add(first)
          void pause().then(() => late.delete(first))
        }
        return recorded
      },
      readAll: (range) => filter(store.readAll(range), ({ position }) => !late.has(position)),
    }
  }),
  broken('lets batches interleave', 4, (store) => ({
    append: async (batch) => {
      const [stream, expected] = Object.entries(batch.expect)[0] ?? []
      if (Object.keys(batch.expect).length !== 1 || stream === undefined || expected !== 'any') return store.append(batch)
      const recorded: RecordedEvent[] = []
      for (const event of batch.events) {
        recorded.push(...(await store.append({ events: [event], expect: { [stream]: 'any' } })))
        await pause()
      }
      return recorded
    },
  })),
  broken('counts the position of an empty batch', 5, (store, log) => ({
    append: async (batch) => {
      if (batch.events.length === 0)
        log.write([{ id: newId(), stream: 'Dog-empty', type: 'Nothing', payload: '{"data":{},"metadata":{}}' }])
      return store.append(batch)
    },
  })),
  broken('gives a stream that merely starts with the name', 5, (store) => ({
    readStream: (stream, range) => (stream === 'Dog-fid' ? store.readStream('Dog-fido', range) : store.readStream(stream, range)),
  })),
  broken('takes after as inclusive', 6, (store) => ({
    readAll: (range = {}) => store.readAll({ ...range, ...(range.after === undefined ? {} : { after: range.after - 1 }) }),
  })),
  broken('takes upTo as exclusive', 6, (store) => ({
    readStream: (stream, range = {}) =>
      store.readStream(stream, { ...range, ...(range.upTo === undefined ? {} : { upTo: range.upTo - 1 }) }),
  })),
  broken('applies the limit before the filter', 6, (store) => ({
    readAll: ({ types, ...range }: LogRange = {}) => filter(store.readAll(range), ({ type }) => types?.includes(type) ?? true),
  })),
  broken('takes a category for the start of a name', 6, (store) => ({
    readAll: ({ categories, ...range }: LogRange = {}) =>
      filter(
        store.readAll(range),
        ({ stream }) => categories === undefined || categories.some((name) => stream.startsWith(name)),
      ),
  })),
  broken('skips an event that is committed while its subscription catches up', 7, (store) => ({
    subscribe: (options) => {
      let marks = 0
      return filter(store.subscribe(options), (item) => {
        if (item.type === 'caught-up') marks++
        return !(item.type === 'event' && marks === 1)
      })
    },
  })),
  broken('gives an event twice where catching up ends', 7, (store) => ({
    subscribe: (options) => repeatLast(store.subscribe(options)),
  })),
  broken('marks itself caught up at the last event it gave', 7, (store) => ({
    subscribe: (options = {}) => markLastGiven(store.subscribe(options), options.after ?? 0),
  })),
  broken('does not hear of other connections', 7, (store) => {
    const own = new Set<string>()
    return {
      append: async (batch) => {
        for (const { id } of batch.events) own.add(id)
        return store.append(batch)
      },
      subscribe: (options) => filter(store.subscribe(options), (item) => item.type === 'caught-up' || own.has(item.event.id)),
    }
  }),
  broken('goes on after a storage error', 8, (store, log) => ({
    append: async (batch) => {
      try {
        return await store.append(batch)
      } catch (error) {
        if (!isHeadwaterError(error, 'storage-failed')) throw error
        if (Object.keys(batch.expect)[0] !== 'Dog-small') throw error
        return writeUnchecked(log, batch)
      }
    },
  })),
  broken('writes after close', 9, (store, log) => ({
    append: async (batch) => {
      try {
        return await store.append(batch)
      } catch (error) {
        if (!isHeadwaterError(error, 'closed')) throw error
        return writeUnchecked(log, batch)
      }
    },
  })),
  broken('ends a subscription quietly when it is closed', 9, (store) => ({
    subscribe: (options) => quiet(store.subscribe(options)),
  })),
  broken('makes up a new log id for each connection', 9, (store) => {
    const id = newId()
    return { logId: async () => (await store.logId(), id) }
  }),
  broken('accepts any stream name', 10, (store, log) => ({
    append: async (batch) => {
      try {
        return await store.append(batch)
      } catch (error) {
        if (!isHeadwaterError(error, 'bad-name') || !Object.hasOwn(batch.expect, '$all')) throw error
        return writeUnchecked(log, batch)
      }
    },
  })),
  broken('turns numbers that JSON does not know into null', 10, (store) => ({
    append: (batch) =>
      store.append({
        ...batch,
        events: batch.events.map((event) => (Number.isNaN(event.data) ? { ...event, data: null } : event)),
      }),
  })),
  broken('ignores the case of stream names', 10, (store) => ({
    readStream: (stream, range) => store.readStream(stream === 'Dog-Fido' ? 'Dog-fido' : stream, range),
  })),
]

function broken(what: string, point: number, change: (store: EventStore, log: MemoryLog) => Partial<EventStore>): BrokenStore {
  return { what, point, wrap: (store, log) => wrapped(store, log, change) }
}

/** A store that passes everything on but what `change` replaces. */
export function wrapped(
  store: EventStore,
  log: MemoryLog,
  change: (store: EventStore, log: MemoryLog) => Partial<EventStore>,
): EventStore {
  return altered(store, change(store, log))
}

function writeUnchecked(log: MemoryLog, batch: Batch): readonly RecordedEvent[] {
  const rows = log.write(batch.events.map(({ id, stream, type }) => ({ id, stream, type, payload: '{"data":{},"metadata":{}}' })))
  return rows.flatMap(({ id }) => log.find(id) ?? [])
}

function mapExpect(
  batch: Batch,
  change: (expected: Batch['expect'][string], stream: string) => Batch['expect'][string],
): Batch['expect'] {
  return Object.fromEntries(Object.entries(batch.expect).map(([stream, expected]) => [stream, change(expected, stream)]))
}

async function versionOf(store: EventStore, stream: string): Promise<number> {
  for await (const { version } of store.readStream(stream, { backwards: true, limit: 1 })) return version
  return -1
}

/** Long enough for others to get in between: one turn of the event loop. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

async function* filter<T>(items: AsyncIterable<T>, keep: (item: T) => boolean): AsyncGenerator<T, undefined> {
  for await (const item of items) if (keep(item)) yield item
}

async function* repeatLast(items: AsyncIterable<SubscriptionItem>): AsyncGenerator<SubscriptionItem, undefined> {
  let last: SubscriptionItem | undefined
  for await (const item of items) {
    if (item.type === 'caught-up' && last?.type === 'event') yield last
    yield (last = item)
  }
}

async function* markLastGiven(
  items: AsyncIterable<SubscriptionItem>,
  start: number,
): AsyncGenerator<SubscriptionItem, undefined> {
  let given = start
  for await (const item of items) {
    if (item.type === 'event') given = item.event.position
    yield item.type === 'event' ? item : { ...item, position: given }
  }
}

async function* quiet<T>(items: AsyncIterable<T>): AsyncGenerator<T, undefined> {
  try {
    yield* items
  } catch {
    return
  }
}
