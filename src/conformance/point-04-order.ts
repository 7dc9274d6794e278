import type { RecordedEvent } from '../event.ts'
import type { EventStore } from '../store.ts'
import type { ConformanceCase } from './harness.ts'
import type { Trial } from './trial.ts'
import { expectSame, expectTrue } from './assert.ts'
import { collect, contractCase, fresh, ids, put, turn } from './trial.ts'

/** Point 4: one total order, batches whole in it, and nothing ever arrives late. */
export const orderCases: readonly ConformanceCase[] = [
  contractCase('4. positions increase over all streams, in the order of the appends', [], async (trial) => {
    const store = await trial.open()
    const recorded: RecordedEvent[] = []
    for (let i = 0; i < 10; i++) recorded.push(...(await put(store, `Dog-${i % 3}`, 2)))
    expectTrue(increasing(recorded), 'the positions returned increase')
    expectTrue(
      recorded.every(({ position }) => Number.isSafeInteger(position) && position > 0),
      'positions are safe integers above 0',
    )
    expectSame(await collect(store.readAll()), recorded, 'the log')
    expectSame(await store.head(), recorded.at(-1)?.position, 'the head')
  }),
  contractCase('4. batches appended at once do not interleave', [], async (trial) => {
    const [store, other] = await connections(trial)
    const batches = await Promise.all(Array.from({ length: 30 }, (_, i) => put(i % 2 === 0 ? store : other, `Dog-${i}`, 5)))
    await wholeBatches(store, batches)
  }),
  contractCase('4. batches over several streams appended at once do not interleave', ['multi-stream'], async (trial) => {
    const [store, other] = await connections(trial)
    const batches = await Promise.all(
      Array.from({ length: 30 }, (_, i) => {
        const events = [fresh('Dog-a', i), fresh(`Cat-${i}`, i), fresh('Dog-b', i)]
        return (i % 2 === 0 ? store : other).append({ events, expect: { 'Dog-a': 'any', [`Cat-${i}`]: 'none', 'Dog-b': 'any' } })
      }),
    )
    await wholeBatches(store, batches)
  }),
  contractCase('4. a reader that follows never meets a late arrival', [], async (trial) => {
    const [store, other] = await connections(trial)
    const seen: RecordedEvent[] = []
    let writing = true
    const look = async (): Promise<void> => {
      for (let last = false; !last;) {
        last = !writing
        await turn()
        seen.push(...(await collect(store.readAll({ after: seen.at(-1)?.position ?? 0 }))))
      }
    }
    const write = async (): Promise<void> => {
      try {
        await Promise.all(
          Array.from({ length: 8 }, async (_, w) => {
            for (let n = 0; n < 25; n++) await put(w % 2 === 0 ? store : other, `Dog-${w}`, 1 + (n % 3))
          }),
        )
      } finally {
        writing = false
      }
    }
    await Promise.all([look(), write()])
    expectSame(await ids(seen), await ids(store.readAll()), 'what the follower saw')
    expectTrue(increasing(seen), 'positions increase')
  }),
  contractCase('4. what is at or below a head once told never changes', [], async (trial) => {
    const [store, other] = await connections(trial)
    const views: { head: number; seen: string[] }[] = []
    const writers = Promise.all(Array.from({ length: 60 }, (_, i) => put(i % 2 === 0 ? store : other, `Dog-${i % 4}`, 2)))
    for (let i = 0; i < 20; i++) {
      await turn()
      const head = await other.head()
      views.push({ head, seen: await ids(store.readAll({ upTo: head })) })
    }
    await writers
    for (const { head, seen } of views) expectSame(await ids(store.readAll({ upTo: head })), seen, `the log up to ${head}`)
  }),
  contractCase('4. an event is readable as soon as its append has resolved', [], async (trial) => {
    const [store, other] = await connections(trial)
    for (let i = 0; i < 20; i++) {
      const [event] = await put(i % 2 === 0 ? store : other, `Dog-${i % 3}`, 1)
      for (const reader of [store, other]) {
        expectTrue((await reader.head()) >= (event?.position ?? 0), 'the head covers it')
        expectSame((await collect(reader.readAll({ backwards: true, limit: 1 })))[0], event, 'the last event')
      }
    }
  }),
  contractCase('4. all connections give the same order', ['two-connections'], async (trial) => {
    const [store, other] = await connections(trial)
    await Promise.all(Array.from({ length: 40 }, (_, i) => put(i % 2 === 0 ? store : other, `Dog-${i % 5}`, 2)))
    expectSame(await collect(store.readAll()), await collect(other.readAll()), 'the log')
  }),
  contractCase('4. the order and the positions survive closing and opening again', ['reopening'], async (trial) => {
    const store = await trial.open()
    for (let i = 0; i < 6; i++) await put(store, `Dog-${i % 2}`, 2)
    const before = await collect(store.readAll())
    await store.close()
    const reopened = await trial.open()
    expectSame(await collect(reopened.readAll()), before, 'the log')
    const [next] = await put(reopened, 'Dog-0', 1, 5)
    expectTrue((next?.position ?? 0) > (before.at(-1)?.position ?? 0), 'the next position is above the last')
  }),
]

/** Two connections where the store has them, else one twice. */
async function connections(trial: Trial): Promise<readonly [EventStore, EventStore]> {
  const store = await trial.open()
  return [store, trial.harness.twoConnections ? await trial.open() : store]
}

async function wholeBatches(store: EventStore, batches: readonly (readonly RecordedEvent[])[]): Promise<void> {
  const inOrder = [...batches].sort((a, b) => (a[0]?.position ?? 0) - (b[0]?.position ?? 0)).flat()
  expectSame(await collect(store.readAll()), inOrder, 'the log')
}

function increasing(events: readonly RecordedEvent[]): boolean {
  return events.every(({ position }, i) => position > (events[i - 1]?.position ?? 0))
}
