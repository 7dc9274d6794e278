import type { EventStore, Filter } from '../store.ts'
import type { ConformanceCase } from './harness.ts'
import { expectSame } from './assert.ts'
import { collect, contractCase, fill, fresh } from './trial.ts'

const log: readonly (readonly [stream: string, type: string])[] = [
  ['Dog-fido', 'Registered'],
  ['Cat-tom', 'Registered'],
  ['eu/Dog-rex', 'Registered'],
  ['Dog-fido', 'TrickAdded'],
  ['DogHouse-1', 'Built'],
  ['dog-fido', 'TrickAddedAgain'],
  ['eu/nord/Cat-tom', 'TrickAdded'],
  ['Dog-fido-2', 'Registered'],
  ['Do_-fido', 'registered'],
  ['us/Dog-eu', 'TrickAdded'],
]

/** Each filter, and the indexes in `log` of what it lets through. */
const filters: readonly (readonly [Filter, readonly number[]])[] = [
  [{}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [{ types: ['TrickAdded'] }, [3, 6, 9]],
  [{ types: ['Registered', 'Built'] }, [0, 1, 2, 4, 7]],
  [{ types: ['Never'] }, []],
  [{ types: [] }, []],
  [{ categories: ['Dog'] }, [0, 2, 3, 7, 9]],
  [{ categories: ['Cat', 'DogHouse'] }, [1, 4, 6]],
  [{ categories: ['dog'] }, [5]],
  [{ categories: [] }, []],
  [{ prefix: '' }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [{ prefix: 'eu/' }, [2, 6]],
  [{ prefix: 'Dog' }, [0, 3, 4, 7]],
  [{ prefix: 'Dog-fido' }, [0, 3, 7]],
  [{ prefix: 'Do_' }, [8]],
  [{ prefix: 'Do%' }, []],
  [{ prefix: 'Do*' }, []],
  [{ prefix: 'D[o]g' }, []],
  [{ prefix: 'Dog-fido-22' }, []],
  [{ types: ['TrickAdded'], categories: ['Dog'] }, [3, 9]],
  [{ categories: ['Cat'], prefix: 'eu/' }, [6]],
  [{ types: ['Registered'], categories: ['Dog'], prefix: 'eu/' }, [2]],
]

/** Point 6, second half: filters, and that they apply before the limit. */
export const filterCases: readonly ConformanceCase[] = [
  contractCase('6. an event must match every filter given, exactly', [], async (trial) => {
    const store = await trial.open()
    await writeLog(store)
    for (const [filter, expected] of filters) {
      expectSame(await indexes(store, filter), expected, `the filter ${JSON.stringify(filter)}`)
      expectSame(
        await indexes(store, { ...filter, backwards: true }),
        expected.toReversed(),
        `${JSON.stringify(filter)} backwards`,
      )
    }
  }),
  contractCase('6. filters apply before the limit', [], async (trial) => {
    const store = await trial.open()
    await writeLog(store)
    for (const [filter, expected] of filters) {
      for (const limit of [1, 2, 3]) {
        expectSame(await indexes(store, { ...filter, limit }), expected.slice(0, limit), `${limit} of ${JSON.stringify(filter)}`)
        const last = expected.toReversed().slice(0, limit)
        expectSame(
          await indexes(store, { ...filter, limit, backwards: true }),
          last,
          `the last ${limit} of ${JSON.stringify(filter)}`,
        )
      }
    }
  }),
  contractCase('6. filters and ranges apply together', [], async (trial) => {
    const store = await trial.open()
    const positions = await writeLog(store)
    const range = { after: positions[2] ?? 0, upTo: positions[7] ?? 0 }
    expectSame(await indexes(store, { ...range, categories: ['Dog'] }), [3, 7], 'dogs in the range')
    expectSame(
      await indexes(store, { ...range, types: ['TrickAdded'], backwards: true, limit: 1 }),
      [6],
      'the last trick in the range',
    )
  }),
  contractCase('6. a filter finds what is rare in a long log', [], async (trial) => {
    const store = await trial.open()
    await fill(store, 'Dog-crowd', 3000)
    const rare = fresh('Cat-rare', {}, 'Rare')
    await store.append({ events: [rare], expect: { 'Cat-rare': 'none' } })
    await fill(store, 'Dog-crowd', 3000)
    for (const filter of [{ types: ['Rare'] }, { categories: ['Cat'] }, { prefix: 'Cat-' }]) {
      for (const backwards of [false, true]) {
        const found = await collect(store.readAll({ ...filter, backwards, limit: 2 }))
        expectSame(
          found.map(({ id }) => id),
          [rare.id],
          JSON.stringify(filter),
        )
      }
    }
  }),
]

async function writeLog(store: EventStore): Promise<readonly number[]> {
  const positions: number[] = []
  for (const [i, [stream, type]] of log.entries()) {
    const [event] = await store.append({ events: [fresh(stream, i, type)], expect: { [stream]: 'any' } })
    positions.push(event?.position ?? 0)
  }
  return positions
}

async function indexes(store: EventStore, range: Parameters<EventStore['readAll']>[0]): Promise<unknown[]> {
  return (await collect(store.readAll(range))).map(({ data }) => data)
}
