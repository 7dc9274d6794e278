import type { RecordRange } from '../replica/storage.ts'
import type { StorageCase } from './storage-harness.ts'
import { expectSame } from '../../conformance/assert.ts'
import { keys, storageCase, store } from './storage-trial.ts'

const numbers = [-3, 0, 1.5, 2, 9, 10, 100, 2 ** 53 - 1]
const strings = ['', '1', '10', '2', 'A', 'a', 'a b', 'ab', 'b', 'z'.repeat(300)]

const ranges: readonly ((all: readonly (number | string)[]) => readonly [RecordRange, readonly (number | string)[]])[] = [
  (all) => [{}, all],
  (all) => [{ backwards: true }, all.toReversed()],
  (all) => [{ limit: 3 }, all.slice(0, 3)],
  () => [{ limit: 0 }, []],
  () => [{ limit: 0, backwards: true }, []],
  (all) => [{ limit: 99 }, all],
  (all) => [{ backwards: true, limit: 2 }, all.toReversed().slice(0, 2)],
  (all) => [{ backwards: true, limit: 99 }, all.toReversed()],
  (all) => [{ after: at(all, 2) }, all.slice(3)],
  (all) => [{ upTo: at(all, 2) }, all.slice(0, 3)],
  (all) => [{ after: at(all, 1), upTo: at(all, 4) }, all.slice(2, 5)],
  (all) => [{ after: at(all, 1), upTo: at(all, 6), limit: 2 }, all.slice(2, 4)],
  (all) => [{ after: at(all, 1), upTo: at(all, 6), backwards: true, limit: 2 }, [at(all, 6), at(all, 5)]],
  (all) => [{ after: at(all, 2), backwards: true }, all.slice(3).toReversed()],
  (all) => [{ upTo: at(all, 2), backwards: true }, all.slice(0, 3).toReversed()],
  (all) => [{ after: at(all, 3), upTo: at(all, 3) }, []],
  (all) => [{ after: at(all, 4), upTo: at(all, 2) }, []],
  (all) => [{ after: at(all, 4), upTo: at(all, 2), backwards: true }, []],
  (all) => [{ after: at(all, all.length - 1) }, []],
]

/** Which records a range gives, and in which order. */
export const rangeCases: readonly StorageCase[] = [
  ...(['numbers', 'strings'] as const).map((kind) =>
    storageCase(`ranges of ${kind} are in their order: after exclusive, upTo inclusive, backwards, limit`, async (trial) => {
      const storage = await trial.open()
      const all = kind === 'numbers' ? numbers : strings
      // Neither the order of writing nor other records play a part.
      const shuffled = [...all.filter((_, i) => i % 2 === 1).toReversed(), ...all.filter((_, i) => i % 2 === 0)]
      await store(storage, 'pending', ...shuffled.map((key) => ({ key, streams: ['Dog-a', 'Dog-b'], value: String(key) })))
      await store(storage, 'ahead', ...shuffled.map((key) => ({ key, streams: ['Dog-b'], value: 'other' })))
      await storage.transact('read', async (transaction) => {
        for (const [range, expected] of ranges.map((make) => make(all))) {
          const shown = JSON.stringify(range)
          expectSame(keys(await transaction.range('pending', range)), expected, `range ${shown}`)
          expectSame(keys(await transaction.byStream('pending', 'Dog-a', range)), expected, `byStream ${shown}`)
          expectSame(await transaction.byStream('ahead', 'Dog-a', range), [], `byStream of another space ${shown}`)
        }
      })
    }),
  ),
  storageCase('bounds need not be keys that are there', async (trial) => {
    const storage = await trial.open()
    await store(storage, 'receipts', ...[10, 20, 30].map((key) => ({ key, value: '' })))
    await storage.transact('read', async (transaction) => {
      expectSame(keys(await transaction.range('receipts', { after: 5, upTo: 25 })), [10, 20], 'a range')
      expectSame(keys(await transaction.range('receipts', { after: 35 })), [], 'a range above all')
      expectSame(keys(await transaction.range('receipts', { upTo: 5 })), [], 'a range below all')
      expectSame(keys(await transaction.range('receipts', { upTo: 35, backwards: true, limit: 1 })), [30], 'the last')
    })
  }),
  storageCase('an empty space gives nothing', async (trial) => {
    const storage = await trial.open()
    await storage.transact('read', async (transaction) => {
      expectSame(await transaction.range('log'), [], 'range')
      expectSame(await transaction.byStream('log', 'Dog-a'), [], 'byStream')
      expectSame(await transaction.count('log'), 0, 'count')
      expectSame((await transaction.get('log', 1)) === undefined, true, 'get')
    })
  }),
]

function at(all: readonly (number | string)[], index: number): number | string {
  return all[index] ?? ''
}
