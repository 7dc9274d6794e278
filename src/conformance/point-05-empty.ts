import type { ConformanceCase } from './harness.ts'
import { expectSame } from './assert.ts'
import { collect, contractCase, put } from './trial.ts'

/** Point 5: no events is not an error. */
export const emptyCases: readonly ConformanceCase[] = [
  contractCase('5. appending no events succeeds and writes nothing', [], async (trial) => {
    const store = await trial.open()
    expectSame(await store.append({ events: [], expect: {} }), [], 'the answer')
    expectSame(await store.head(), 0, 'the head')
    await put(store, 'Dog-fido', 2)
    const head = await store.head()
    expectSame(await store.append({ events: [], expect: {} }), [], 'the answer')
    expectSame(await store.head(), head, 'the head')
  }),
  contractCase('5. reading an unknown stream gives nothing', [], async (trial) => {
    const store = await trial.open()
    expectSame(await collect(store.readStream('Dog-nobody')), [], 'the stream')
    await put(store, 'Dog-fido', 2)
    expectSame(await collect(store.readStream('Dog-nobody')), [], 'the stream')
    expectSame(await collect(store.readStream('Dog-nobody', { backwards: true })), [], 'the stream backwards')
    expectSame(await collect(store.readStream('Dog-fid')), [], 'a stream whose name starts another')
  }),
  contractCase('5. an empty store reads as nothing and its head is 0', [], async (trial) => {
    const store = await trial.open()
    expectSame(await store.head(), 0, 'the head')
    expectSame(await collect(store.readAll()), [], 'the log')
    expectSame(await collect(store.readAll({ backwards: true, limit: 10 })), [], 'the log backwards')
  }),
  contractCase('5. logs of different names have nothing in common', [], async (trial) => {
    const store = await trial.open()
    const other = await trial.open(`${trial.name}-other`)
    await put(store, 'Dog-fido', 2)
    expectSame(await other.head(), 0, 'the head of the other')
    expectSame(await collect(other.readAll()), [], 'the other log')
  }),
]
