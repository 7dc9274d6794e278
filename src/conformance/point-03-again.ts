import type { ConformanceCase } from './harness.ts'
import type { NewEvent } from '../event.ts'
import type { Batch, EventStore } from '../store.ts'
import { expectError, expectSame } from './assert.ts'
import { collect, contractCase, fresh, put } from './trial.ts'

/** Point 3: appending again is a success that changes nothing; an id never stands for two contents. */
export const againCases: readonly ConformanceCase[] = [
  contractCase('3. a batch appended again returns the original versions and positions', [], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-rex', 2)
    await again(store, store, dogs())
  }),
  contractCase('3. also when its stream has gone on since', [], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-fido', 1)
    const batch = { ...dogs(), expect: { 'Dog-fido': 0 } }
    const original = await store.append(batch)
    await put(store, 'Dog-fido', 3)
    await put(store, 'Dog-rex', 1)
    const head = await store.head()
    expectSame(await store.append(batch), original, 'the second answer')
    expectSame(await store.head(), head, 'the head')
  }),
  contractCase('3. also when the keys of its data come in another order', [], async (trial) => {
    const store = await trial.open()
    const event = fresh('Dog-fido', { a: 1, b: { c: 2, d: 3 } })
    const expect = { 'Dog-fido': 'none' } as const
    const original = await store.append({ events: [event], expect })
    const turned = { ...event, data: { b: { d: 3, c: 2 }, a: 1 } }
    expectSame(await store.append({ events: [turned], expect }), original, 'the second answer')
  }),
  contractCase('3. also over several streams', ['multi-stream'], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-b', 2)
    const events = [fresh('Dog-a'), fresh('Dog-b'), fresh('Dog-a')]
    await again(store, store, { events, expect: { 'Dog-a': 'none', 'Dog-b': 1 } })
  }),
  contractCase('3. also over another connection', ['two-connections'], async (trial) => {
    await again(await trial.open(), await trial.open(), dogs())
  }),
  contractCase('3. also after closing and opening again', ['reopening'], async (trial) => {
    const store = await trial.open()
    const batch = dogs()
    const original = await store.append(batch)
    await store.close()
    expectSame(await (await trial.open()).append(batch), original, 'the second answer')
  }),
  contractCase('3. also when both are under way at once', [], async (trial) => {
    const store = await trial.open()
    const other = trial.harness.twoConnections ? await trial.open() : store
    const batch = dogs()
    const [first, ...rest] = await Promise.all([store, other, store, other].map((s) => s.append(batch)))
    for (const answer of rest) expectSame(answer, first, 'a later answer')
    expectSame(await collect(store.readAll()), first, 'the log')
  }),
  contractCase('3. also with any and exists, where ids are known in the whole store', ['store-ids'], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-fido', 2)
    for (const expect of ['any', 'exists'] as const) {
      const batch = { ...dogs(), expect: { 'Dog-fido': expect } }
      const original = await store.append(batch)
      await put(store, 'Dog-fido', 2)
      const head = await store.head()
      expectSame(await store.append(batch), original, `the second answer with ${expect}`)
      expectSame(await store.head(), head, 'the head')
    }
  }),
  otherContent('other data', (event) => ({ ...event, data: { name: 'Rex' } })),
  otherContent('another type', (event) => ({ ...event, type: 'Renamed' })),
  otherContent('other metadata', (event) => ({ ...event, metadata: { actor: 'mallory' } })),
  contractCase('3. an id with other content at the version that is expected now is IdConflict', ['store-ids'], async (trial) => {
    const store = await trial.open()
    const [first] = await put(store, 'Dog-fido', 2)
    const event = { ...fresh('Dog-fido', { other: true }), id: first?.id ?? '' }
    await refused(store, { events: [fresh('Dog-fido'), event], expect: { 'Dog-fido': 1 } }, ['id-conflict'])
  }),
  contractCase('3. an id that another stream has is IdConflict', ['store-ids'], async (trial) => {
    const store = await trial.open()
    const [first] = await put(store, 'Dog-fido', 1)
    const event = { ...fresh('Dog-rex', first?.data), id: first?.id ?? '' }
    await refused(store, { events: [event], expect: { 'Dog-rex': 'none' } }, ['id-conflict'])
    await refused(store, { events: [event], expect: { 'Dog-rex': 'any' } }, ['id-conflict'])
  }),
  contractCase('3. a batch that is stored only in part is refused, and no more of it is written', [], async (trial) => {
    const store = await trial.open()
    const batch = dogs()
    await store.append(batch)
    const longer = { ...batch, events: [...batch.events, fresh('Dog-fido')] }
    await refused(store, longer, ['version-conflict', 'id-conflict'])
    const later = { events: [...batch.events.slice(1), fresh('Dog-fido')], expect: { 'Dog-fido': 0 } }
    await refused(store, later, ['version-conflict', 'id-conflict'])
  }),
  contractCase('3. the same events with another expectation are not stored twice', ['store-ids'], async (trial) => {
    const store = await trial.open()
    const batch = dogs()
    await store.append(batch)
    for (const version of [1, 0, 7]) {
      await refused(store, { ...batch, expect: { 'Dog-fido': version } }, ['version-conflict', 'id-conflict'])
    }
  }),
]

function dogs(): { events: NewEvent[]; expect: { 'Dog-fido': 'none' } } {
  const metadata = { actor: 'ann', correlationId: 'c-1' }
  return {
    events: [{ ...fresh('Dog-fido', { name: 'Fido' }), metadata }, fresh('Dog-fido', ['sit', null])],
    expect: { 'Dog-fido': 'none' },
  }
}

async function again(store: EventStore, other: EventStore, batch: Batch): Promise<void> {
  const original = await store.append(batch)
  const head = await store.head()
  expectSame(await other.append(batch), original, 'the second answer')
  expectSame(await store.head(), head, 'the head')
}

async function refused(store: EventStore, batch: Batch, codes: Parameters<typeof expectError>[0]): Promise<void> {
  const before = await collect(store.readAll())
  await expectError(codes, store.append(batch), 'the append')
  expectSame(await collect(store.readAll()), before, 'the log')
}

function otherContent(what: string, change: (event: NewEvent) => NewEvent): ConformanceCase {
  return contractCase(`3. an id with ${what} is IdConflict, and nothing is written`, [], async (trial) => {
    const store = await trial.open()
    const batch = dogs()
    await store.append(batch)
    // The second event, so that a store that compares only the first is found out.
    const events = batch.events.map((event, i) => (i === 1 ? change(event) : event))
    await refused(store, { ...batch, events }, ['id-conflict'])
  })
}
