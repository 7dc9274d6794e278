import type { TransactionMode } from '../replica/storage.ts'
import type { StorageCase } from './storage-harness.ts'
import { ConformanceFailure, expectError, expectSame, expectTrue } from '../../conformance/assert.ts'
import { SPACES } from '../replica/storage.ts'
import { all, keys, storageCase, store } from './storage-trial.ts'

const MODES: readonly TransactionMode[] = ['read', 'durable', 'relaxed']
const WRITES: readonly TransactionMode[] = ['durable', 'relaxed']

/** What one transaction does: all of it or nothing, seeing its own writes. */
export const transactionCases: readonly StorageCase[] = [
  ...MODES.map((mode) =>
    storageCase(`a ${mode} transaction resolves to what its work resolves to`, async (trial) => {
      const storage = await trial.open()
      expectSame(await storage.transact(mode, () => Promise.resolve('done')), 'done', 'the result')
    }),
  ),
  ...MODES.map((mode) =>
    storageCase(`a ${mode} transaction rejects with the very error its work threw`, async (trial) => {
      const storage = await trial.open()
      const thrown = new Error('no')
      const sync = (): never => {
        throw thrown
      }
      for (const work of [sync, () => Promise.reject(thrown)]) {
        const found = await storage.transact(mode, work).catch((error: unknown) => error)
        expectTrue(found === thrown, `the error thrown, found ${String(found)}`)
      }
    }),
  ),
  ...WRITES.map((mode) =>
    storageCase(`nothing of a ${mode} transaction is stored when its work throws after it wrote`, async (trial) => {
      const storage = await trial.open()
      const before = { key: 1, streams: ['Dog-a'], value: 'before' }
      await store(storage, 'pending', before, { key: 2, value: 'deleted' })
      const failing = storage.transact(mode, async (transaction) => {
        for (const space of SPACES) transaction.put(space, { key: 7, value: 'after' })
        transaction.put('pending', { key: 1, streams: ['Dog-b'], value: 'after' })
        transaction.delete('pending', 2)
        expectSame(await transaction.count('pending'), 2, 'the records seen inside')
        throw new ConformanceFailure('thrown on purpose')
      })
      await failing.catch(() => undefined)
      expectSame(keys(await all(storage, 'pending')), [1, 2], 'the keys')
      for (const space of SPACES.filter((name) => name !== 'pending')) expectSame(await all(storage, space), [], space)
      const found = await storage.transact('read', (transaction) => transaction.byStream('pending', 'Dog-a'))
      expectSame(found, [before], 'the stream')
      await store(storage, 'pending', { key: 3, value: 'later' })
      expectSame(keys(await all(storage, 'pending')), [1, 2, 3], 'the keys after another transaction')
    }),
  ),
  storageCase('a transaction sees its own writes in every kind of read', async (trial) => {
    const storage = await trial.open()
    await store(storage, 'log', { key: 1, streams: ['Dog-a'], value: 'one' }, { key: 2, streams: ['Dog-a'], value: 'two' })
    await storage.transact('relaxed', async (transaction) => {
      transaction.put('log', { key: 3, streams: ['Dog-a'], value: 'three' })
      transaction.put('log', { key: 1, streams: ['Dog-b'], value: 'uno' })
      transaction.delete('log', 2)
      expectSame((await transaction.get('log', 1))?.value, 'uno', 'get of a replaced record')
      expectTrue((await transaction.get('log', 2)) === undefined, 'get of a deleted record gives nothing')
      expectSame(keys(await transaction.range('log')), [1, 3], 'range')
      expectSame(keys(await transaction.byStream('log', 'Dog-a')), [3], 'byStream')
      expectSame(keys(await transaction.byStream('log', 'Dog-b')), [1], 'byStream of a new stream')
      expectSame(await transaction.count('log'), 2, 'count')
    })
  }),
  storageCase('writes over several spaces are one transaction', async (trial) => {
    const storage = await trial.open()
    await storage.transact('durable', async (transaction) => {
      for (const space of SPACES) transaction.put(space, { key: 'a', value: space })
    })
    for (const space of SPACES) expectSame(await all(storage, space), [{ key: 'a', value: space }], space)
  }),
  storageCase('the last write of a key in a transaction counts', async (trial) => {
    const storage = await trial.open()
    await storage.transact('durable', async (transaction) => {
      transaction.put('meta', { key: 'a', value: '1' })
      transaction.put('meta', { key: 'a', value: '2' })
      transaction.put('meta', { key: 'b', value: '1' })
      transaction.delete('meta', 'b')
      transaction.delete('meta', 'c')
      transaction.put('meta', { key: 'c', value: '1' })
    })
    expectSame(
      await all(storage, 'meta'),
      [
        { key: 'a', value: '2' },
        { key: 'c', value: '1' },
      ],
      'the records',
    )
  }),
  storageCase('a read transaction cannot write', async (trial) => {
    const storage = await trial.open()
    await store(storage, 'meta', { key: 'a', value: '1' })
    const put = storage.transact('read', async (transaction) => transaction.put('meta', { key: 'a', value: '2' }))
    await expectError('not-supported', put, 'a put')
    const gone = storage.transact('read', async (transaction) => transaction.delete('meta', 'a'))
    await expectError('not-supported', gone, 'a delete')
    expectSame(await all(storage, 'meta'), [{ key: 'a', value: '1' }], 'the records')
  }),
  storageCase('deleting what is not there is fine', async (trial) => {
    const storage = await trial.open()
    await storage.transact('durable', async (transaction) => transaction.delete('inbox', 'nothing'))
    expectSame(await all(storage, 'inbox'), [], 'the records')
  }),
  storageCase('after close everything is an error of its own, and closing twice is fine', async (trial) => {
    const storage = await trial.open()
    await store(storage, 'meta', { key: 'a', value: '1' })
    await storage.close()
    await storage.close()
    for (const mode of MODES)
      await expectError(
        'closed',
        storage.transact(mode, () => Promise.resolve()),
        mode,
      )
  }),
  storageCase('a storage that was never used can be closed', async (trial) => {
    const storage = await trial.open()
    await storage.close()
  }),
]
