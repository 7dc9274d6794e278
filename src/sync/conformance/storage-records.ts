import type { RecordRange, StoredRecord } from '../replica/storage.ts'
import type { StorageCase } from './storage-harness.ts'
import { expectSame, expectTrue } from '../../conformance/assert.ts'
import { STREAM_SPACES } from '../replica/storage.ts'
import { all, keys, storageCase, store } from './storage-trial.ts'

/** What comes back of a record, and by which streams it is found. */
export const recordCases: readonly StorageCase[] = [
  storageCase('a record comes back as it was put, with its streams if it had any', async (trial) => {
    const storage = await trial.open()
    const records = [
      { key: 1, streams: ['Dog-b', 'Dog-a'], value: '{"a":1}' },
      { key: 2, value: '' },
      { key: 3, value: 'line\nline\u0000 \u2028 ü 漢 🐕 "\\' },
    ]
    await store(storage, 'log', ...records)
    for (const record of records) {
      const found = await storage.transact('read', (transaction) => transaction.get('log', record.key))
      expectSame(found?.key, record.key, 'the key')
      expectSame(found?.value, record.value, 'the value')
      expectSame(found?.streams?.toSorted() ?? null, record.streams?.toSorted() ?? null, 'the streams')
    }
  }),
  ...STREAM_SPACES.map((space) =>
    storageCase(`a record of ${space} is found by each of its streams, and by no other`, async (trial) => {
      const storage = await trial.open()
      const many = Array.from({ length: 1000 }, (_, n) => `Dog-${n}`)
      await store(
        storage,
        space,
        { key: 3, streams: ['Dog-7', '#Dog'], value: 'three' },
        { key: 1, streams: many, value: 'one' },
        { key: 2, value: 'none' },
      )
      await storage.transact('read', async (transaction) => {
        expectSame(keys(await transaction.byStream(space, 'Dog-7')), [1, 3], 'a shared stream')
        expectSame(keys(await transaction.byStream(space, 'Dog-999')), [1], 'the last of many')
        expectSame(keys(await transaction.byStream(space, '#Dog')), [3], 'another label')
        for (const other of ['Dog-', 'Dog-1000', 'dog-7', 'Dog', ''])
          expectSame(keys(await transaction.byStream(space, other)), [], `"${other}"`)
        const [found] = await transaction.byStream(space, 'Dog-0')
        expectSame(found?.value, 'one', 'the value')
        expectSame(found?.streams?.length, 1000, 'its streams')
      })
    }),
  ),
  storageCase('a record that is replaced is found by its new streams only', async (trial) => {
    const storage = await trial.open()
    await store(
      storage,
      'pending',
      { key: 1, streams: ['Dog-a', 'Dog-b'], value: '1' },
      { key: 2, streams: ['Dog-a'], value: '2' },
    )
    await store(storage, 'pending', { key: 1, streams: ['Dog-b', 'Dog-c'], value: '3' })
    await storage.transact('read', async (transaction) => {
      expectSame(keys(await transaction.byStream('pending', 'Dog-a')), [2], 'the stream it lost')
      expectSame(keys(await transaction.byStream('pending', 'Dog-b')), [1], 'the stream it kept')
      expectSame(keys(await transaction.byStream('pending', 'Dog-c')), [1], 'the stream it got')
    })
    await store(storage, 'pending', { key: 1, value: '4' })
    const found = await storage.transact('read', (transaction) => transaction.byStream('pending', 'Dog-b'))
    expectSame(found, [], 'the stream of a record without any')
  }),
  storageCase('records are found by stream whether they carry many streams or few, and after they changed', async (trial) => {
    const storage = await trial.open()
    const many = (n: number): string[] => Array.from({ length: 500 }, (_, i) => `Dog-${n}-${i}`)
    const chunk = (key: number, streams: readonly string[]): StoredRecord => ({ key, streams, value: String(key) })
    await store(storage, 'log', ...[1, 2, 3, 4, 5, 6].map((n) => chunk(n, n % 2 === 0 ? ['Dog-a'] : [...many(n), 'Dog-a'])))
    const find = async (stream: string, range?: RecordRange): Promise<readonly (number | string)[]> =>
      keys(await storage.transact('read', (transaction) => transaction.byStream('log', stream, range)))
    expectSame(await find('Dog-a'), [1, 2, 3, 4, 5, 6], 'a stream of all')
    expectSame(await find('Dog-a', { after: 1, upTo: 5, backwards: true, limit: 3 }), [5, 4, 3], 'a range of them')
    expectSame(await find('Dog-3-499'), [3], 'a stream of one')
    await store(storage, 'log', chunk(1, ['Dog-b']), chunk(2, many(2)), chunk(3, many(9)))
    await storage.transact('durable', async (transaction) => transaction.delete('log', 5))
    expectSame(await find('Dog-a'), [4, 6], 'the stream some lost')
    expectSame(await find('Dog-b'), [1], 'the stream one got')
    expectSame(await find('Dog-2-0'), [2], 'a stream of one that has many now')
    expectSame(await find('Dog-3-499'), [], 'a stream of one that has others now')
    expectSame(await find('Dog-5-0'), [], 'a stream of one that was deleted')
  }),
  storageCase('a record that is deleted is found by no stream, also when it is put again without', async (trial) => {
    const storage = await trial.open()
    await store(storage, 'ahead', { key: 1, streams: ['Dog-a'], value: '1' }, { key: 2, streams: ['Dog-a'], value: '2' })
    await storage.transact('durable', async (transaction) => transaction.delete('ahead', 1))
    const find = () => storage.transact('read', (transaction) => transaction.byStream('ahead', 'Dog-a'))
    expectSame(keys(await find()), [2], 'after the delete')
    await store(storage, 'ahead', { key: 1, value: 'again' })
    expectSame(keys(await find()), [2], 'after the put')
    expectSame(await storage.transact('read', (transaction) => transaction.count('ahead')), 2, 'the count')
  }),
  storageCase('a value of a megabyte comes back whole', async (trial) => {
    const storage = await trial.open()
    const value = Array.from({ length: 64 }, (_, n) => String.fromCodePoint(0x1f400 + n).repeat(4096)).join('')
    await store(storage, 'log', { key: 1, streams: ['Dog-a'], value })
    const found = await storage.transact('read', (transaction) => transaction.get('log', 1))
    expectTrue(found?.value === value, 'the value is the same')
  }),
  storageCase('a thousand records in one transaction are all there', async (trial) => {
    const storage = await trial.open()
    const records = Array.from({ length: 1000 }, (_, n) => ({ key: n, streams: [`Dog-${n % 10}`], value: `value ${n}` }))
    await store(storage, 'pending', ...records)
    expectSame(keys(await all(storage, 'pending')), keys(records), 'the keys')
    const found = await storage.transact('read', (transaction) => transaction.byStream('pending', 'Dog-3', { limit: 2 }))
    expectSame(keys(found), [3, 13], 'a stream')
  }),
]
