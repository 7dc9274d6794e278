import type { ConformanceCase } from './harness.ts'
import type { Expect } from '../store.ts'
import { VersionConflict } from '../errors.ts'
import { expectError, expectSame, expectTrue } from './assert.ts'
import { Following } from './following.ts'
import { collect, contractCase, fresh, ids, put } from './trial.ts'

/** Point 2: a stale expectation is a `VersionConflict`, and leaves no trace. */
export const conflictCases: readonly ConformanceCase[] = [
  stale('a version that the stream has passed', 3, 1, 2),
  stale('a version that the stream has not reached', 1, 5, 0),
  stale('version 0 of a stream without events', 0, 0, -1),
  stale('none, of a stream with events', 2, 'none', 1),
  stale('-1, of a stream with events', 2, -1, 1),
  stale('exists, of a stream without events', 0, 'exists', -1),
  contractCase('2. after a conflict nothing of the batch is written or visible', [], async (trial) => {
    const store = await trial.open()
    const before = await put(store, 'Dog-fido', 2)
    const head = await store.head()
    const following = new Following(store)
    await following.caughtUp(head)
    const events = [fresh('Dog-fido'), fresh('Dog-fido')]
    await expectError('version-conflict', store.append({ events, expect: { 'Dog-fido': 0 } }), 'a stale append')
    expectSame(await store.head(), head, 'the head')
    expectSame(await ids(store.readAll()), await ids(before), 'the log')
    expectSame(await ids(store.readStream('Dog-fido')), await ids(before), 'the stream')
    const [next] = await put(store, 'Dog-fido', 1, 1)
    expectTrue(next !== undefined, 'the stream goes on')
    await following.caughtUp(next.position)
    await following.stop()
    expectSame(await ids(following.events), await ids([...before, next]), 'what a subscription saw')
  }),
  contractCase('2. the batch that was refused can be appended with the right expectation', [], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-fido', 2)
    const events = [fresh('Dog-fido')]
    await expectError('version-conflict', store.append({ events, expect: { 'Dog-fido': 0 } }), 'a stale append')
    const [stored] = await store.append({ events, expect: { 'Dog-fido': 1 } })
    expectSame(stored?.version, 2, 'its version')
  }),
]

function stale(what: string, count: number, expected: Expect, actual: number): ConformanceCase {
  return contractCase(`2. expecting ${what}, is a VersionConflict that says where the stream is`, [], async (trial) => {
    const store = await trial.open()
    if (count > 0) await put(store, 'Dog-fido', count)
    await put(store, 'Dog-other', 7)
    const error = await expectError('version-conflict', put(store, 'Dog-fido', 1, expected), 'a stale append')
    expectTrue(error instanceof VersionConflict, 'the error is a VersionConflict')
    const isNone = (value: unknown): boolean => value === 'none' || value === -1
    expectTrue(
      error.expected === expected || (isNone(error.expected) && isNone(expected)),
      `expected ${expected}, said ${error.expected}`,
    )
    expectSame(error.stream, 'Dog-fido', 'its stream')
    expectSame(error.actual, actual, 'its actual version')
    expectSame((await collect(store.readStream('Dog-fido'))).length, count, 'the number of events')
  })
}
