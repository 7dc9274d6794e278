import type { ConformanceCase } from './harness.ts'
import type { EventStore } from '../store.ts'
import { isHeadwaterError, VersionConflict } from '../errors.ts'
import { MAX_BATCH } from '../store.ts'
import { expectError, expectSame, expectTrue } from './assert.ts'
import { collect, contractCase, fresh, ids, put, turn } from './trial.ts'

/** Point 1: all or nothing over all streams, every expectation checked, check and write one step. */
export const appendCases: readonly ConformanceCase[] = [
  contractCase('1. append returns every event with its version and position, in the order given', [], async (trial) => {
    const store = await trial.open()
    const events = [fresh('Dog-fido', { n: 1 }), fresh('Dog-fido', { n: 2 }, 'Renamed')]
    const recorded = await store.append({ events, expect: { 'Dog-fido': 'none' } })
    const expected = events.map((event, i) => ({ ...event, metadata: {}, version: i, position: recorded[i]?.position }))
    expectSame(recorded, expected, 'the events returned')
    expectTrue(
      recorded.every(({ position }, i) => position > (recorded[i - 1]?.position ?? 0)),
      'positions increase from above 0',
    )
  }),
  contractCase('1. what append returns is what reads give', [], async (trial) => {
    const store = await trial.open()
    const recorded = [
      ...(await put(store, 'Dog-fido', 3)),
      ...(await put(store, 'Dog-rex', 2)),
      ...(await put(store, 'Dog-fido', 2)),
    ]
    expectSame(await collect(store.readAll()), recorded, 'the whole log')
    const fido = recorded.filter(({ stream }) => stream === 'Dog-fido')
    expectSame(await collect(store.readStream('Dog-fido')), fido, 'the stream')
  }),
  contractCase('1. versions count 0, 1, 2 in each stream, on from where the stream stands', [], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-fido', 2)
    await put(store, 'Dog-rex', 1)
    const [next] = await put(store, 'Dog-fido', 1)
    expectSame(next?.version, 2, 'the next version of Dog-fido')
    expectSame((await put(store, 'Dog-rex', 1))[0]?.version, 1, 'the next version of Dog-rex')
  }),
  contractCase('1. a version, none, -1, exists and any are met as they say', [], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-a', 1, 'none')
    await put(store, 'Dog-a', 1, 0)
    await put(store, 'Dog-a', 1, 'exists')
    await put(store, 'Dog-a', 1, 'any')
    await put(store, 'Dog-b', 1, 'any')
    await put(store, 'Dog-c', 1, -1)
    const versions = (await collect(store.readAll())).map(({ stream, version }) => `${stream}@${version}`)
    expectSame(versions, ['Dog-a@0', 'Dog-a@1', 'Dog-a@2', 'Dog-a@3', 'Dog-b@0', 'Dog-c@0'], 'the log')
  }),
  contractCase('1. a batch over several streams is written whole, in the order given', ['multi-stream'], async (trial) => {
    const store = await trial.open()
    const events = [fresh('Dog-a'), fresh('Cat-b'), fresh('Dog-a'), fresh('Cat-b')]
    const recorded = await store.append({ events, expect: { 'Cat-b': 'none', 'Dog-a': 'none' } })
    expectSame(
      recorded.map(({ version }) => version),
      [0, 0, 1, 1],
      'the versions',
    )
    expectSame(await ids(store.readAll()), await ids(events), 'the log')
  }),
  contractCase('1. every stream of a batch is checked, and one that is stale stops them all', ['multi-stream'], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-b', 2)
    const events = [fresh('Dog-a'), fresh('Dog-b'), fresh('Dog-c')]
    for (const stale of [0, 'none', 5] as const) {
      const append = store.append({ events, expect: { 'Dog-a': 'none', 'Dog-b': stale, 'Dog-c': 'none' } })
      await expectError('version-conflict', append, `Dog-b expected at ${stale}`)
    }
    const last = store.append({ events, expect: { 'Dog-a': 'none', 'Dog-b': 1, 'Dog-c': 'exists' } })
    await expectError('version-conflict', last, 'Dog-c expected to exist')
    expectSame((await collect(store.readAll())).length, 2, 'the number of events')
  }),
  contractCase('1. a batch as long as the store takes is stored whole', [], async (trial) => {
    const store = await trial.open()
    const recorded = await put(store, 'Dog-fido', store.capabilities.maxBatch ?? MAX_BATCH, 'none')
    expectSame(await ids(store.readStream('Dog-fido')), await ids(recorded), 'the stream')
  }),
  contractCase('1. what is stored is a copy of what was given', [], async (trial) => {
    const store = await trial.open()
    const data = { tricks: ['sit'] }
    const metadata = { actor: 'ann' }
    const appended = store.append({ events: [{ ...fresh('Dog-fido', data), metadata }], expect: { 'Dog-fido': 'none' } })
    data.tricks.push('roll')
    metadata.actor = 'bob'
    const [returned] = await appended
    const [read] = await collect(store.readAll())
    for (const event of [returned, read]) {
      expectSame(event?.data, { tricks: ['sit'] }, 'the data')
      expectSame(event?.metadata, { actor: 'ann' }, 'the metadata')
    }
  }),
  contractCase('1. of twenty writers racing at one version exactly one wins', [], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-fido')
    expectSame(await race(Array.from({ length: 20 }, () => store)), 1, 'the number of winners')
    expectSame((await collect(store.readStream('Dog-fido'))).length, 2, 'the number of events')
  }),
  contractCase('1. of two connections racing at one version exactly one wins', ['two-connections'], async (trial) => {
    const stores = [await trial.open(), await trial.open()] as const
    await put(stores[0], 'Dog-fido')
    for (let round = 0; round < 20; round++) expectSame(await race(stores, round), 1, `the number of winners of round ${round}`)
    expectSame((await collect(stores[1].readStream('Dog-fido'))).length, 21, 'the number of events')
  }),
  contractCase(
    '1. writers racing over two streams in opposite order are stored whole or not at all',
    ['multi-stream'],
    async (trial) => {
      const store = await trial.open()
      const other = trial.harness.twoConnections ? await trial.open() : store
      for (let round = -1; round < 10; round++) {
        const expect = { 'Dog-a': round, 'Dog-b': round }
        const outcomes = await Promise.allSettled([
          store.append({ events: [fresh('Dog-a', 1), fresh('Dog-b', 1)], expect }),
          other.append({ events: [fresh('Dog-b', 2), fresh('Dog-a', 2)], expect }),
        ])
        expectSame(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, `the number of winners of round ${round}`)
      }
      const writers = async (stream: string): Promise<unknown[]> =>
        (await collect(store.readStream(stream))).map(({ data }) => data)
      expectSame(await writers('Dog-a'), await writers('Dog-b'), 'who wrote each version')
    },
  ),
  contractCase('1. ten workers of a hundred appends each, deciding again on conflict, lose nothing', [], async (trial) => {
    const store = await trial.open()
    const other = trial.harness.twoConnections ? await trial.open() : store
    await Promise.all(Array.from({ length: 10 }, (_, w) => work(w % 2 === 0 ? store : other, w)))
    const stored = await collect(store.readStream('Dog-shared'))
    expectSame(stored.length, 1000, 'the number of events')
    expectTrue(
      stored.every(({ version, position }, i) => version === i && position > (stored[i - 1]?.position ?? 0)),
      'versions are contiguous and positions increase',
    )
    for (let w = 0; w < 10; w++) {
      const own = stored.flatMap(({ data }) => ((data as { w: number }).w === w ? [(data as { n: number }).n] : []))
      expectSame(
        own,
        Array.from({ length: 100 }, (_, n) => n),
        `the appends of worker ${w}`,
      )
    }
  }),
]

/** Everybody appends at the same version; resolves to the number who succeeded. The others must be told of a conflict. */
async function race(stores: readonly EventStore[], version = 0): Promise<number> {
  const outcomes = await Promise.allSettled(stores.map((store) => put(store, 'Dog-fido', 1, version)))
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected' && !isHeadwaterError(outcome.reason, 'version-conflict')) throw outcome.reason
  }
  return outcomes.filter(({ status }) => status === 'fulfilled').length
}

async function work(store: EventStore, w: number): Promise<void> {
  let version = -1
  let conflicts = 0
  for (let n = 0; n < 100;) {
    try {
      const [event] = await store.append({ events: [fresh('Dog-shared', { w, n })], expect: { 'Dog-shared': version } })
      version = event?.version ?? version
      n++
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error
      version = error.actual
      // At worst each of the nine others wins each of its hundred before.
      expectTrue(++conflicts <= 2000, 'a conflict says where the stream is')
      await turn()
    }
  }
}
