import type { RecordedEvent } from '../event.ts'
import type { ConformanceCase } from './harness.ts'
import { isHeadwaterError } from '../errors.ts'
import { expectError, expectSame, expectTrue } from './assert.ts'
import { collect, contractCase, fresh, ids, put } from './trial.ts'

/** Point 8: an answer is true, and a storage error stops the line. */
export const outcomeCases: readonly ConformanceCase[] = [
  contractCase('8. what append has answered is there after closing and opening again', ['reopening'], async (trial) => {
    const recorded: RecordedEvent[] = []
    for (let round = 0; round < 3; round++) {
      const store = await trial.open()
      expectSame(await collect(store.readAll()), recorded, `the log at opening ${round}`)
      recorded.push(...(await put(store, 'Dog-fido', 3)), ...(await put(store, 'Dog-rex', 2)))
      await store.close()
    }
  }),
  contractCase(
    '8. appends under way when the store closes are stored or refused, as they were answered',
    ['reopening'],
    async (trial) => {
      const store = await trial.open()
      await put(store, 'Dog-fido', 1)
      const batches = Array.from({ length: 20 }, (_, i) => [fresh(`Dog-${i}`), fresh(`Dog-${i}`)])
      const appends = batches.map((events, i) => store.append({ events, expect: { [`Dog-${i}`]: 'none' } }))
      const [outcomes] = await Promise.all([Promise.allSettled(appends), store.close()])
      const stored = new Set(await ids((await trial.open()).readAll()))
      for (const [i, outcome] of outcomes.entries()) {
        const found = batches[i]?.filter(({ id }) => stored.has(id)).length
        expectSame(found, outcome.status === 'fulfilled' ? 2 : 0, `events of batch ${i}, which was ${outcome.status}`)
        const closed = outcome.status === 'fulfilled' || isHeadwaterError(outcome.reason, 'closed')
        expectTrue(closed, `batch ${i} is stored or refused with closed`)
      }
    },
  ),
  contractCase('8. a storage error is answered as one, and nothing of its batch is there', ['write-faults'], async (trial) => {
    const store = await trial.open()
    const before = await put(store, 'Dog-fido', 2)
    const heal = trial.harness.failWrites?.(trial.name)
    await expectError(['storage-full', 'storage-failed'], put(store, 'Dog-fido', 5), 'an append to a failing storage')
    heal?.()
    const reader = trial.harness.reopens ? (await store.close(), await trial.open()) : store
    expectSame(await collect(reader.readAll()), before, 'the log')
  }),
  contractCase(
    '8. after a storage error nothing later is stored, until the store is opened again',
    ['write-faults'],
    async (trial) => {
      const store = await trial.open()
      await put(store, 'Dog-fido', 1)
      const heal = trial.harness.failWrites?.(trial.name)
      const appends = Array.from({ length: 5 }, (_, i) => put(store, `Dog-${i}`, 1))
      for (const append of await Promise.allSettled(appends)) expectSame(append.status, 'rejected', 'an append')
      heal?.()
      await expectError(
        ['storage-full', 'storage-failed'],
        put(store, 'Dog-small', 1),
        'an append after the storage is well again',
      )
      expectSame((await collect(store.readAll())).length, 1, 'the number of events')
      if (!trial.harness.reopens) return
      await store.close()
      const reopened = await trial.open()
      await put(reopened, 'Dog-small', 1, 'none')
      expectSame((await collect(reopened.readAll())).length, 2, 'the number of events')
    },
  ),
]
