import type { SubscriptionItem } from '../store.ts'
import type { ConformanceCase } from './harness.ts'
import { platform } from '../platform.ts'
import { expectSame, expectTrue } from './assert.ts'
import { Following } from './following.ts'
import { collect, contractCase, fill, fresh, ids, put } from './trial.ts'

/** Point 7: what is there, a mark, what comes; each event once, in order, until the signal aborts. */
export const subscribeCases: readonly ConformanceCase[] = [
  contractCase('7. a subscription gives what is there, then a caught-up mark, then what comes', [], async (trial) => {
    const store = await trial.open()
    const before = [...(await put(store, 'Dog-fido', 3)), ...(await put(store, 'Dog-rex', 2))]
    const following = new Following(store)
    await following.caughtUp(await store.head())
    const mark = { type: 'caught-up', position: before.at(-1)?.position ?? 0 } as const
    expectSame(following.items, [...before.map((event) => ({ type: 'event', event })), mark], 'up to the mark')
    const [after] = await put(store, 'Dog-fido', 1)
    await following.caughtUp(after?.position ?? 0)
    await following.stop()
    const live = [
      { type: 'event', event: after },
      { type: 'caught-up', position: after?.position },
    ]
    expectSame(following.items.slice(before.length + 1), live, 'after the mark')
  }),
  contractCase('7. a subscription to an empty store is caught up at once', [], async (trial) => {
    const store = await trial.open()
    const following = new Following(store)
    await following.caughtUp(0)
    expectSame(following.items, [{ type: 'caught-up', position: 0 }], 'the items')
    const [first] = await put(store, 'Dog-fido', 1)
    await following.caughtUp(first?.position ?? 0)
    await following.stop()
    expectSame(following.events, [first], 'the events')
  }),
  contractCase('7. a subscription starts after the position given', [], async (trial) => {
    const store = await trial.open()
    const recorded = await put(store, 'Dog-fido', 6)
    const following = new Following(store, { after: recorded[2]?.position ?? 0 })
    await following.caughtUp(recorded[5]?.position ?? 0)
    const [live] = await put(store, 'Dog-fido', 1)
    await following.caughtUp(live?.position ?? 0)
    await following.stop()
    expectSame(await ids(following.events), await ids([...recorded.slice(3), ...(live ? [live] : [])]), 'the events')
  }),
  contractCase('7. a subscription from the head gives the mark first, and only what comes', [], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-fido', 3)
    const head = await store.head()
    const following = new Following(store, { after: head })
    await following.caughtUp(head)
    expectSame(following.items, [{ type: 'caught-up', position: head }], 'the items')
    await following.stop()
  }),
  contractCase('7. a filter leaves events out, and the mark covers them', [], async (trial) => {
    const store = await trial.open()
    const wanted = async (): Promise<string> => {
      const events = [fresh('Dog-fido', {}, 'Left'), fresh('Dog-fido', {}, 'Wanted'), fresh('Dog-fido', {}, 'Left')]
      await store.append({ events, expect: { 'Dog-fido': 'any' } })
      return events[1]?.id ?? ''
    }
    const expected = [await wanted(), await wanted()]
    const following = new Following(store, { types: ['Wanted'], categories: ['Dog'], prefix: 'Dog-f' })
    await following.caughtUp(await store.head())
    expected.push(await wanted())
    await following.caughtUp(await store.head())
    await put(store, 'Cat-tom', 4)
    await following.caughtUp(await store.head())
    await following.stop()
    expectSame(await ids(following.events), expected, 'the events')
  }),
  contractCase('7. a subscription opened amid appends gives each event once and in order', [], async (trial) => {
    const store = await trial.open()
    const writers = Array.from({ length: 5 }, async (_, w) => {
      for (let n = 0; n < 40; n++) await put(store, `Dog-${w}`, 1 + (n % 3))
    })
    const followings: Following[] = []
    for (let i = 0; i < 4; i++) {
      followings.push(new Following(store))
      await put(store, 'Dog-between', 1)
    }
    await Promise.all(writers)
    const head = await store.head()
    const all = await ids(store.readAll())
    for (const following of followings) {
      await following.caughtUp(head)
      await following.stop()
      expectSame(await ids(following.events), all, 'the events')
      expectSame(
        following.marks,
        [...new Set(following.marks)].sort((a, b) => a - b),
        'the marks',
      )
    }
  }),
  contractCase('7. a mark means that everything up to its position has been given', [], async (trial) => {
    const store = await trial.open()
    const following = new Following(store)
    await Promise.all(Array.from({ length: 50 }, (_, i) => put(store, `Dog-${i % 7}`, 2)))
    await following.caughtUp(await store.head())
    await following.stop()
    let given = 0
    for (const item of following.items) {
      if (item.type === 'event') given = item.event.position
      else expectSame(item.position, given, 'the position of a mark')
    }
  }),
  contractCase('7. a subscription does not skip what another connection commits', ['two-connections'], async (trial) => {
    const store = await trial.open()
    const other = await trial.open()
    const following = new Following(store)
    await following.caughtUp(0)
    for (let i = 0; i < 10; i++) {
      const [event] = await put(i % 3 === 0 ? store : other, 'Dog-fido', 1)
      await following.caughtUp(event?.position ?? 0)
    }
    await Promise.all(Array.from({ length: 40 }, (_, i) => put(i % 2 === 0 ? store : other, `Dog-${i}`, 2)))
    await following.caughtUp(await other.head())
    await following.stop()
    expectSame(await ids(following.events), await ids(other.readAll()), 'the events')
  }),
  contractCase('7. a consumer that is slow misses nothing', [], async (trial) => {
    const store = await trial.open()
    await fill(store, 'Dog-fido', 300)
    const controller = platform.abortController()
    const found: string[] = []
    for await (const item of store.subscribe({ signal: controller.signal as never })) {
      if (item.type === 'event') {
        found.push(item.event.id)
        if (found.length % 50 === 0 && found.length <= 300) await put(store, 'Dog-rex', 5)
      } else if (found.length === 330) controller.abort()
    }
    expectSame(found, await ids(store.readAll()), 'the events')
  }),
  contractCase(
    '7. aborting ends a subscription quietly: before it starts, amid its events, or while it waits',
    [],
    async (trial) => {
      const store = await trial.open()
      await put(store, 'Dog-fido', 10)
      const before = platform.abortController()
      before.abort()
      expectSame(await collect(store.subscribe({ signal: before.signal as never })), [], 'aborted before it starts')

      const amid = platform.abortController()
      const seen: SubscriptionItem[] = []
      for await (const item of store.subscribe({ signal: amid.signal as never })) {
        seen.push(item)
        if (seen.length === 4) amid.abort()
      }
      expectSame(seen.length, 4, 'the number of items when aborted at the fourth')

      const waiting = new Following(store)
      await waiting.caughtUp(await store.head())
      await waiting.stop()
    },
  ),
  contractCase('7. leaving the loop ends a subscription, and the store goes on', [], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-fido', 3)
    for await (const item of store.subscribe()) if (item.type === 'caught-up') break
    const waiting = store.subscribe({ after: await store.head() })[Symbol.asyncIterator]()
    expectSame((await waiting.next()).value, { type: 'caught-up', position: await store.head() }, 'the mark')
    const pending = waiting.next()
    await waiting.return?.()
    expectTrue((await pending).done === true, 'a next that was waiting is done')
    await put(store, 'Dog-fido', 1, 2)
  }),
]
