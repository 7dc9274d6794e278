import type { EventStore } from '../store.ts'
import type { ConformanceCase } from './harness.ts'
import { expectError, expectSame, expectTrue } from './assert.ts'
import { Following } from './following.ts'
import { collect, contractCase, fill, fresh, put } from './trial.ts'

const uses: Readonly<Record<string, (store: EventStore) => Promise<unknown>>> = {
  append: (store) => put(store, 'Dog-fido'),
  'append of nothing': (store) => store.append({ events: [], expect: {} }),
  readStream: (store) => collect(store.readStream('Dog-fido')),
  readAll: (store) => collect(store.readAll()),
  subscribe: (store) => collect(store.subscribe()),
  head: (store) => store.head(),
  logId: (store) => store.logId(),
}

/** Point 9: closing, what a store says it cannot do, and the log's own name. */
export const closeCases: readonly ConformanceCase[] = [
  contractCase('9. closing twice is fine', [], async (trial) => {
    const used = await trial.open()
    await put(used, 'Dog-fido')
    await used.close()
    await used.close()
    const unused = await trial.open(`${trial.name}-unused`)
    await Promise.all([unused.close(), unused.close()])
  }),
  ...Object.entries(uses).map(([name, use]) =>
    contractCase(`9. ${name} after close rejects with closed`, [], async (trial) => {
      const store = await trial.open()
      await put(store, 'Dog-fido')
      await store.close()
      await expectError('closed', () => use(store), name)
      const unused = await trial.open(`${trial.name}-unused`)
      await unused.close()
      await expectError('closed', () => use(unused), `${name} on a store closed before its first use`)
    }),
  ),
  contractCase('9. a read under way when the store closes rejects with closed', [], async (trial) => {
    const store = await trial.open()
    await fill(store, 'Dog-fido', 2000)
    const reads = [store.readAll(), store.readStream('Dog-fido')].map((read) => read[Symbol.asyncIterator]())
    for (const read of reads) expectTrue((await read.next()).done !== true, 'the read has begun')
    await store.close()
    for (const read of reads) {
      const rest = async (): Promise<void> => {
        while ((await read.next()).done !== true);
      }
      await expectError('closed', rest, 'the rest of the read')
    }
  }),
  contractCase('9. a subscription under way when the store closes rejects with closed', [], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-fido', 3)
    const following = new Following(store)
    await following.caughtUp(await store.head())
    await store.close()
    await expectError('closed', () => following.end(), 'the subscription')
  }),
  contractCase('9. closing one connection leaves the others open', ['two-connections'], async (trial) => {
    const store = await trial.open()
    const other = await trial.open()
    const following = new Following(other)
    await put(store, 'Dog-fido')
    await store.close()
    const [event] = await put(other, 'Dog-fido', 1, 0)
    await following.caughtUp(event?.position ?? 0)
    await following.stop()
    expectSame(following.events.length, 2, 'the number of events followed')
  }),
  contractCase('9. a store declares the capabilities it is known for', [], async (trial) => {
    expectSame((await trial.open()).capabilities, trial.harness.capabilities, 'the capabilities')
  }),
  contractCase(
    '9. a store that cannot append to several streams at once says so, and writes nothing',
    ['single-stream'],
    async (trial) => {
      const store = await trial.open()
      const append = store.append({ events: [fresh('Dog-a'), fresh('Dog-b')], expect: { 'Dog-a': 'none', 'Dog-b': 'none' } })
      await expectError('not-supported', append, 'a batch over two streams')
      expectSame(await store.head(), 0, 'the head')
    },
  ),
  contractCase('9. a log has one name of its own: random, the same for all connections, kept by appends', [], async (trial) => {
    const store = await trial.open()
    const id = await store.logId()
    expectTrue(id.length >= 16, `the log id has at least 16 characters: "${id}"`)
    await put(store, 'Dog-fido')
    expectSame(await store.logId(), id, 'the log id after an append')
    if (trial.harness.twoConnections) expectSame(await (await trial.open()).logId(), id, 'the log id of another connection')
    expectTrue((await (await trial.open(`${trial.name}-other`)).logId()) !== id, 'another log has another id')
  }),
  contractCase("9. a log's own name survives closing and opening again", ['reopening'], async (trial) => {
    const store = await trial.open()
    const id = await store.logId()
    await store.close()
    expectSame(await (await trial.open()).logId(), id, 'the log id')
  }),
]
