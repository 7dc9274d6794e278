import type { ReplicaStorage } from '../replica/storage.ts'
import type { StorageCase } from './storage-harness.ts'
import { expectSame, expectTrue } from '../../conformance/assert.ts'
import { all, keys, storageCase, store } from './storage-trial.ts'

/** What several connections, one after another or at the same time, have of each other. */
export const connectionCases: readonly StorageCase[] = [
  storageCase('connections with one name share their records', async (trial) => {
    const [one, two] = [await trial.open(), await trial.open()]
    expectSame(one.name, two.name, 'the name')
    await store(one, 'meta', { key: 'a', value: '1' })
    expectSame(await all(two, 'meta'), [{ key: 'a', value: '1' }], 'what the other sees')
    await one.close()
    await store(two, 'meta', { key: 'b', value: '2' })
    expectSame(keys(await all(two, 'meta')), ['a', 'b'], 'after the first is closed')
  }),
  storageCase('write transactions started at once on one connection run one after another', async (trial) => {
    const storage = await trial.open()
    await Promise.all(Array.from({ length: 50 }, () => increment(storage)))
    expectSame((await all(storage, 'meta'))[0]?.value, '50', 'the sum')
  }),
  storageCase('two connections that race to increment lose nothing', async (trial) => {
    const connections = [await trial.open(), await trial.open()]
    await Promise.all(
      connections.map(async (storage) => {
        for (let n = 0; n < 200; n += 1) await increment(storage)
      }),
    )
    for (const storage of connections) expectSame((await all(storage, 'meta'))[0]?.value, '400', 'the sum')
  }),
  storageCase('what a transaction reads does not change while it runs', async (trial) => {
    const [one, two] = [await trial.open(), await trial.open()]
    await store(one, 'pending', { key: 1, value: '' })
    let writing: Promise<void> = Promise.resolve()
    await one.transact('read', async (transaction) => {
      expectSame(await transaction.count('pending'), 1, 'the first count')
      writing = store(two, 'pending', { key: 2, value: '' })
      for (let n = 0; n < 20; n += 1) expectSame(await transaction.count('pending'), 1, 'a later count')
    })
    await writing
    expectSame(keys(await all(one, 'pending')), [1, 2], 'after it')
  }),
  storageCase('a failed transaction does not hold up the ones behind it', async (trial) => {
    const [one, two] = [await trial.open(), await trial.open()]
    const failing = one.transact('durable', async (transaction) => {
      transaction.put('meta', { key: 'a', value: 'never' })
      throw new Error('no')
    })
    const [failed] = await Promise.allSettled([failing, increment(one), increment(two)])
    expectSame(failed.status, 'rejected', 'the failing one')
    expectSame(await all(two, 'meta'), [{ key: 'count', value: '2' }], 'the records')
  }),
  storageCase('other connections are told of a commit, and find it', async (trial) => {
    const [one, two] = [await trial.open(), await trial.open()]
    await all(two, 'meta')
    for (let n = 1; n <= 5; n += 1) {
      const told = nextCommit(two)
      await increment(one)
      await trial.soon(`word of commit ${n}`, told)
      expectSame((await all(two, 'meta'))[0]?.value, String(n), 'what it finds')
    }
  }),
  storageCase('the last of many commits is told too', async (trial) => {
    const [one, two] = [await trial.open(), await trial.open()]
    await all(two, 'meta')
    const seen = new Promise<void>((resolve, reject) => {
      two.onForeignCommit(() => {
        all(two, 'meta').then((records) => void (records[0]?.value === '30' && resolve()), reject)
      })
    })
    for (let n = 0; n < 30; n += 1) await increment(one)
    await trial.soon('the last value', seen)
  }),
  storageCase('a listener that was taken away is not called, the others are', async (trial) => {
    const [one, two] = [await trial.open(), await trial.open()]
    let calls = 0
    const stop = two.onForeignCommit(() => (calls += 1))
    stop()
    stop()
    const told = nextCommit(two)
    await increment(one)
    await trial.soon('word of the commit', told)
    expectSame(calls, 0, 'calls of the listener')
  }),
  storageCase(
    'records are still there after closing and opening again',
    async (trial) => {
      const first = await trial.open()
      await store(first, 'pending', { key: 1, streams: ['Dog-a'], value: 'one' })
      await first.transact('relaxed', async (transaction) =>
        transaction.put('log', { key: 5, streams: ['Dog-a'], value: 'five' }),
      )
      await first.close()
      const second = await trial.open()
      expectTrue(second.durable, 'it says that it is durable')
      await second.transact('read', async (transaction) => {
        expectSame(await transaction.byStream('pending', 'Dog-a'), [{ key: 1, streams: ['Dog-a'], value: 'one' }], 'pending')
        expectSame(await transaction.byStream('log', 'Dog-a'), [{ key: 5, streams: ['Dog-a'], value: 'five' }], 'log')
      })
    },
    ['persistent'],
  ),
  storageCase(
    'what was accepted before close is finished by it',
    async (trial) => {
      const first = await trial.open()
      await all(first, 'meta')
      const writing = [increment(first), increment(first)]
      await first.close()
      const done = (await Promise.allSettled(writing)).filter(({ status }) => status === 'fulfilled').length
      const second = await trial.open()
      expectSame((await all(second, 'meta'))[0]?.value ?? '0', String(done), 'the number of transactions that succeeded')
    },
    ['persistent'],
  ),
]

function increment(storage: ReplicaStorage): Promise<void> {
  return storage.transact('durable', async (transaction) => {
    const before = await transaction.get('meta', 'count')
    transaction.put('meta', { key: 'count', value: String(Number(before?.value ?? '0') + 1) })
  })
}

function nextCommit(storage: ReplicaStorage): Promise<void> {
  return new Promise((resolve) => {
    const stop = storage.onForeignCommit(() => {
      stop()
      resolve()
    })
  })
}
