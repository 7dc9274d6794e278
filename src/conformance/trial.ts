import type { NewEvent, RecordedEvent } from '../event.ts'
import type { Json } from '../json.ts'
import type { EventStore, Expect } from '../store.ts'
import type { ConformanceCase, Need, StoreHarness } from './harness.ts'
import { newId } from '../ids.ts'
import { platform } from '../platform.ts'
import { ConformanceFailure } from './assert.ts'

/** What a case works with: connections to a log of its own, closed and destroyed after it. */
export class Trial {
  readonly harness: StoreHarness
  readonly name: string = `conformance-${newId()}`
  readonly #names = new Set<string>()
  readonly #stores: EventStore[] = []

  constructor(harness: StoreHarness) {
    this.harness = harness
  }

  /** A connection to the case's own log, or to another one. */
  async open(name: string = this.name): Promise<EventStore> {
    this.#names.add(name)
    const store = await this.harness.open(name)
    this.#stores.push(store)
    return store
  }

  async end(): Promise<void> {
    for (const store of this.#stores) await store.close()
    for (const name of this.#names) await this.harness.destroy?.(name)
  }
}

/** A case of the suite: gives it a trial, a deadline, and cleans up after it. */
export function contractCase(name: string, needs: readonly Need[], check: (trial: Trial) => Promise<void>): ConformanceCase {
  return {
    name,
    needs,
    run: async (harness) => {
      const trial = new Trial(harness)
      try {
        await within(harness.timeoutMs ?? 30_000, check(trial))
      } finally {
        await within(harness.timeoutMs ?? 30_000, trial.end())
      }
    },
  }
}

/** A new event; the type is `Happened` unless said. */
export function fresh(stream: string, data: Json = {}, type = 'Happened'): NewEvent {
  return { id: newId(), stream, type, data }
}

/** Appends `count` new events to one stream, as one batch. */
export function put(store: EventStore, stream: string, count = 1, expect: Expect = 'any'): Promise<readonly RecordedEvent[]> {
  const events = Array.from({ length: count }, (_, n) => fresh(stream, { n }))
  return store.append({ events, expect: { [stream]: expect } })
}

/** Appends `count` new events to one stream, in batches that any store takes. */
export async function fill(store: EventStore, stream: string, count: number): Promise<void> {
  for (let rest = count; rest > 0; rest -= 100) await put(store, stream, Math.min(rest, 100))
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** The ids of what a read gives, the shortest thing to compare. */
export async function ids(events: AsyncIterable<RecordedEvent> | readonly NewEvent[]): Promise<string[]> {
  return (Symbol.asyncIterator in events ? await collect(events) : events).map((event) => event.id)
}

/** Lets everybody else go on: a store may answer without ever leaving the microtask queue, and a loop of such answers would starve it. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void platform.setTimeout(resolve, 0))
}

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: unknown
  const deadline = new Promise<never>((_, reject) => {
    timer = platform.setTimeout(() => reject(new ConformanceFailure(`no end within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([work, deadline])
  } finally {
    platform.clearTimeout(timer)
  }
}
