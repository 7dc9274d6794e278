import type { EventStore, StreamRange } from '../store.ts'
import type { ConformanceCase } from './harness.ts'
import { expectError, expectSame, expectTrue } from './assert.ts'
import { collect, contractCase, fill, ids, put } from './trial.ts'

/** Each range of a stream of ten, and the versions it gives. */
const ranges: readonly (readonly [StreamRange, readonly number[]])[] = [
  [{}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [{ backwards: true }, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
  [{ after: -1 }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [{ after: 0 }, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [{ after: 6 }, [7, 8, 9]],
  [{ after: 9 }, []],
  [{ after: 100 }, []],
  [{ upTo: 2 }, [0, 1, 2]],
  [{ upTo: 0 }, [0]],
  [{ upTo: -1 }, []],
  [{ upTo: 100, after: 7 }, [8, 9]],
  [{ after: 2, upTo: 5 }, [3, 4, 5]],
  [{ after: 5, upTo: 5 }, []],
  [{ after: 7, upTo: 3 }, []],
  [{ limit: 3 }, [0, 1, 2]],
  [{ limit: 0 }, []],
  [{ limit: 100 }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [{ after: 2, limit: 2 }, [3, 4]],
  [{ after: 2, upTo: 5, limit: 2 }, [3, 4]],
  [{ backwards: true, limit: 3 }, [9, 8, 7]],
  [{ backwards: true, after: 6 }, [9, 8, 7]],
  [{ backwards: true, upTo: 2 }, [2, 1, 0]],
  [{ backwards: true, after: 2, upTo: 5, limit: 2 }, [5, 4]],
]

/** Point 6, first half: which part a range is. */
export const rangeCases: readonly ConformanceCase[] = [
  contractCase('6. a read of the log ends with what was there when it began, whoever appends meanwhile', [], async (trial) => {
    const store = await trial.open()
    await fill(store, 'Dog-fido', 3)
    let seen = 0
    for await (const _ of store.readAll()) {
      await put(store, 'Dog-rex', 1, 'any')
      expectTrue(++seen <= 3, 'the read ends')
    }
    expectSame(seen, 3, 'the events seen')
  }),
  contractCase('6. a range of a stream: after is exclusive, upTo inclusive, backwards, limit', [], async (trial) => {
    const store = await trial.open()
    await interleave(store, 10)
    for (const [range, versions] of ranges) {
      const found = (await collect(store.readStream('Dog-fido', range))).map(({ version }) => version)
      expectSame(found, versions, `the range ${JSON.stringify(range)}`)
    }
  }),
  contractCase('6. a range of the log: after is exclusive, upTo inclusive, backwards, limit', [], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-fido', 4)
    await put(store, 'Dog-rex', 6)
    // Positions may have holes: the i-th event's takes the place of the version i.
    const all = await collect(store.readAll())
    const position = (i: number): number => (i < 0 ? 0 : (all[i]?.position ?? (all.at(-1)?.position ?? 0) + i))
    for (const [range, indexes] of ranges) {
      const { after, upTo, ...rest } = range
      const asked = {
        ...rest,
        ...(after === undefined ? {} : { after: position(after) }),
        ...(upTo === undefined ? {} : { upTo: position(upTo) }),
      }
      const expected = indexes.map((i) => all[i]?.id)
      expectSame(await ids(store.readAll(asked)), expected, `the range ${JSON.stringify(asked)}`)
    }
  }),
  contractCase('6. a long log and a long stream read whole and in order, both ways', [], async (trial) => {
    const store = await trial.open()
    for (let i = 0; i < 8; i++) await fill(store, `Dog-${i % 2}`, 500)
    for (const read of [store.readAll.bind(store), store.readStream.bind(store, 'Dog-1')]) {
      const forwards = await collect(read())
      expectSame(
        forwards.map(({ position }) => position).toSorted((a, b) => a - b),
        forwards.map(({ position }) => position),
        'the order',
      )
      expectSame(await ids(read({ backwards: true })), (await ids(forwards)).toReversed(), 'backwards')
      expectSame(await ids(read({ limit: 1500 })), (await ids(forwards)).slice(0, 1500), 'a limit of several pages')
    }
    expectSame((await collect(store.readAll())).length, 4000, 'the number of events')
  }),
  contractCase(
    '6. a read during appends gives each event once, in order, and all that was there before it',
    [],
    async (trial) => {
      const store = await trial.open()
      for (let i = 0; i < 6; i++) await fill(store, `Dog-${i % 3}`, 300)
      const before = await ids(store.readAll())
      const writers: Promise<unknown>[] = []
      const seen: number[] = []
      const found: string[] = []
      for await (const { position, id } of store.readAll()) {
        if (found.length % 100 === 0 && writers.length < 30) writers.push(put(store, 'Dog-0', 3))
        seen.push(position)
        found.push(id)
      }
      await Promise.all(writers)
      expectSame(
        seen,
        [...new Set(seen)].sort((a, b) => a - b),
        'the positions',
      )
      expectSame(found.slice(0, before.length), before, 'what was there before')
      expectSame(found, (await ids(store.readAll())).slice(0, found.length), 'nothing is left out')
    },
  ),
  contractCase('6. a reader that is slow, or stops early, holds nobody up', [], async (trial) => {
    const store = await trial.open()
    await fill(store, 'Dog-fido', 1000)
    let read = 0
    for await (const { version } of store.readStream('Dog-fido')) {
      expectSame(version, read, 'the version')
      if (++read % 250 === 0) await put(store, 'Dog-rex', 1)
      if (read === 800) break
    }
    expectSame((await collect(store.readStream('Dog-rex'))).length, 3, 'the appends meanwhile')
    await put(store, 'Dog-fido', 1, 999)
  }),
  contractCase('6. reads under way at once do not disturb each other', [], async (trial) => {
    const store = await trial.open()
    await interleave(store, 300)
    const all = await ids(store.readAll())
    const reads = await Promise.all([ids(store.readAll()), ids(store.readAll({ backwards: true })), ids(store.readAll())])
    expectSame(reads, [all, all.toReversed(), all], 'the reads')
  }),
  contractCase('6. a bound that is not an integer, or a negative limit, is bad-data', [], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-fido', 2)
    for (const range of [
      { after: 0.5 },
      { upTo: Number.NaN },
      { limit: 1.5 },
      { limit: -1 },
      { after: '1' as unknown as number },
    ]) {
      await expectError('bad-data', () => collect(store.readAll(range)), `readAll(${JSON.stringify(range)})`)
      await expectError('bad-data', () => collect(store.readStream('Dog-fido', range)), `readStream(${JSON.stringify(range)})`)
    }
  }),
]

/** A stream whose events are not next to each other in the log. */
async function interleave(store: EventStore, count: number): Promise<void> {
  for (let i = 0; i < count; i += 2) {
    await put(store, 'Dog-fido', 2)
    await put(store, 'Dog-rex', 1)
  }
}
