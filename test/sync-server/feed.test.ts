import { expect, test } from 'vitest'
import { memoryLog } from '../../src/memory/memory-log.ts'
import { memoryStore } from '../../src/memory/memory-store.ts'
import { createSyncServer } from '../../sync-server/index.ts'
import type { Peer } from './harness.ts'
import { altered } from '../support/altered-store.ts'
import { backendAppend, commit, contents, Gate, ManualClock, seeded, welcomed } from './harness.ts'

test('a subscription gives what is there and then what comes', async () => {
  const store = memoryStore()
  await backendAppend(store, 'Dog-fido', 3)
  const peer = (await welcomed(createSyncServer({ store }))).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 1 })
  await peer.until(() => (peer.cursor(1) === 3 ? true : undefined))
  await backendAppend(store, 'Dog-rex')
  await peer.until(() => (peer.cursor(1) === 4 ? true : undefined))
  expect(peer.received(1, 1)).toEqual((await contents(store)).slice(1))
})

test('a subscription to a prefix skips the rest, and its cursor still reaches the head', async () => {
  const store = memoryStore()
  await backendAppend(store, 'a/Dog-fido', 2)
  await backendAppend(store, 'b/Dog-rex', 2)
  const peer = (await welcomed(createSyncServer({ store, clock: new ManualClock() }))).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: 'a/', after: 0 })
  peer.say({ type: 'subscribe', id: 2, prefix: 'none/', after: 0 })
  await peer.until(() => (peer.cursor(1) === 4 && peer.cursor(2) === 4 ? true : undefined))
  expect(peer.received(1).map(({ stream }) => stream)).toEqual(['a/Dog-fido', 'a/Dog-fido'])
  expect(peer.received(2)).toEqual([])
})

test('a range that holds nothing for a subscription is covered within a second, in one message', async () => {
  const clock = new ManualClock()
  const store = memoryStore()
  const peer = (await welcomed(createSyncServer({ store, clock }))).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: 'a/', after: 0 })
  peer.say({ type: 'subscribe', id: 2, prefix: 'b/', after: 0 })
  await backendAppend(store, 'a/Dog-fido')
  await peer.until(() => peer.cursor(1))
  for (let i = 2; i <= 20; i++) await backendAppend(store, 'b/Dog-rex')
  await peer.until(() => (peer.cursor(2) === 20 ? true : undefined))
  expect(peer.cursor(1)).toBe(1)
  clock.advance(1000)
  expect(peer.cursor(1)).toBe(20)
  expect(peer.all('batch').filter(({ id }) => id === 1)).toHaveLength(2)
})

test('a heartbeat follows what covers the range up to its head', async () => {
  const clock = new ManualClock()
  const store = memoryStore()
  const server = createSyncServer({ store, clock, heartbeatMs: 500 })
  const peer = (await welcomed(server)).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: 'a/', after: 0 })
  await backendAppend(store, 'a/Dog-fido')
  await peer.until(() => peer.cursor(1))
  await backendAppend(store, 'b/Dog-rex')
  await expect.poll(() => server.stats().head).toBe(2)
  clock.advance(500)
  const heartbeat = await peer.hear('heartbeat')
  expect(heartbeat.head).toBe(2)
  expect(peer.heard.at(-2)).toMatchObject({ type: 'batch', after: 1, upTo: 2, events: [] })
  clock.advance(1500)
  expect(peer.all('heartbeat')).toHaveLength(4)
})

test('a long history comes in pages that do not tear commits apart', async () => {
  const store = memoryStore()
  const server = createSyncServer({ store })
  const writer = await welcomed(server)
  for (let i = 0; i < 30; i++) {
    await writer.push([commit(...Array.from({ length: 90 }, (_, k) => ['Dog-fido', i * 90 + k] as const))])
  }
  const peer = (await welcomed(createSyncServer({ store }))).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await peer.until(() => (peer.cursor(1) === 2700 ? true : undefined))
  expect(peer.received(1)).toEqual(await contents(store))
  const batches = peer.all('batch')
  expect(batches.length).toBeGreaterThan(2)
  for (const { upTo, events } of batches) {
    expect(upTo % 90).toBe(0)
    expect(events.length).toBeLessThanOrEqual(1100)
  }
})

test('pages are bounded by their text, and an event larger than a page still comes', async () => {
  const store = memoryStore()
  for (const size of [100_000, 100_000, 100_000, 900_000, 100_000]) await backendAppend(store, 'Dog-fido', 1, 'x'.repeat(size))
  const peer = (await welcomed(createSyncServer({ store }))).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await peer.until(() => (peer.cursor(1) === 5 ? true : undefined))
  expect(peer.all('batch').map(({ events }) => events.length)).toEqual([2, 1, 1, 1])
})

test('without acknowledgements at most eight batches are out', async () => {
  const clock = new ManualClock()
  const store = memoryStore()
  const server = createSyncServer({ store, clock })
  const peer = await welcomed(server)
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  for (let i = 1; i <= 20; i++) {
    await backendAppend(store, 'Dog-fido')
    await expect.poll(() => server.stats().head).toBe(i)
  }
  expect(peer.all('batch')).toHaveLength(8)
  peer.say({ type: 'ack', id: 1, upTo: 3 })
  expect(peer.all('batch')).toHaveLength(9)
  expect(peer.received(1)).toHaveLength(20)
  clock.advance(29_999)
  expect(peer.closed).toBeUndefined()
  clock.advance(1)
  expect(peer.closed).toMatchObject({ code: 4408 })
})

test('an acknowledgement of what was never sent is a violation', async () => {
  const peer = await welcomed(createSyncServer({ store: memoryStore() }))
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  peer.say({ type: 'ack', id: 1, upTo: 99 })
  expect(await peer.end()).toMatchObject({ code: 4400 })
})

test('a client whose connection holds back too much is left behind, and catches up when it drains', async () => {
  const store = memoryStore()
  const server = createSyncServer({ store })
  const peer = (await welcomed(server)).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  peer.buffered = 1024 * 1024 + 1
  for (let i = 1; i <= 9000; i += 1000) await backendAppend(store, 'Dog-fido', 1000)
  await expect.poll(() => server.stats().head).toBe(9000)
  expect(peer.all('batch')).toHaveLength(0)
  peer.buffered = 0
  peer.session.writable()
  await peer.until(() => (peer.cursor(1) === 9000 ? true : undefined))
  expect(peer.received(1)).toEqual(await contents(store))
})

test('a client whose connection holds back far too much is cut', async () => {
  const store = memoryStore()
  const peer = await welcomed(createSyncServer({ store }))
  peer.buffered = 4 * 1024 * 1024 + 1
  await peer.push([commit(['Dog-fido', 0])])
  expect(await peer.end()).toMatchObject({ code: 4408 })
})

test('a slow client holds up nobody else', async () => {
  const store = memoryStore()
  const server = createSyncServer({ store })
  const slow = await welcomed(server)
  const quick = (await welcomed(server)).acknowledgeAll()
  for (const peer of [slow, quick]) peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  for (let i = 1; i <= 50; i++) {
    await backendAppend(store, 'Dog-fido')
    await quick.until(() => (quick.cursor(1) === i ? true : undefined))
  }
  expect(slow.all('batch').length).toBeLessThanOrEqual(8)
  expect(quick.received(1)).toHaveLength(50)
})

test('a subscription given up gets nothing more, and can be taken up again from its cursor', async () => {
  const store = memoryStore()
  const server = createSyncServer({ store })
  const peer = (await welcomed(server)).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await backendAppend(store, 'Dog-fido')
  await peer.until(() => peer.cursor(1))
  peer.say({ type: 'unsubscribe', id: 1 })
  await backendAppend(store, 'Dog-fido')
  await expect.poll(() => server.stats().head).toBe(2)
  expect(peer.cursor(1)).toBe(1)
  peer.say({ type: 'ack', id: 1, upTo: 1 })
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 1 })
  await peer.until(() => (peer.cursor(1) === 2 ? true : undefined))
  expect(peer.received(1)).toEqual(await contents(store))
})

test('a subscription given up while its events are looked at sends none of them', async () => {
  const gate = new Gate()
  const store = memoryStore()
  await backendAppend(store, 'Dog-fido', 3)
  const server = createSyncServer({ store, authorize: async (_who, verb) => (verb === 'pull' && (await gate.pass()), true) })
  const peer = await welcomed(server)
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await expect.poll(() => gate.waiting).toBe(1)
  peer.say({ type: 'unsubscribe', id: 1 })
  gate.open()
  await peer.push([commit(['Dog-rex', 0])])
  expect(peer.all('batch')).toHaveLength(0)
})

test('subscribing again under the same id starts over from the cursor named', async () => {
  const store = memoryStore()
  await backendAppend(store, 'Dog-fido', 5)
  const peer = (await welcomed(createSyncServer({ store }))).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await peer.until(() => peer.cursor(1))
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 2 })
  const again = await peer.hear('batch', 1)
  expect([again.after, again.upTo, again.events.length]).toEqual([2, 5, 3])
})

test('a subscription started over leaves nothing of the old one behind', async () => {
  const clock = new ManualClock()
  const store = memoryStore()
  await backendAppend(store, 'Dog-fido', 5)
  const peer = await welcomed(createSyncServer({ store, clock }))
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await peer.hear('batch')
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await peer.hear('batch', 1)
  peer.say({ type: 'ack', id: 1, upTo: 5 })
  clock.advance(60_000)
  expect(peer.closed).toBeUndefined()
})

test('many subscriptions read the store in turn, and never fill the connection far beyond its bound', async () => {
  const store = memoryStore()
  for (let i = 0; i < 32; i++) await backendAppend(store, `p${i}/Dog-fido`, 10, 'x'.repeat(50_000))
  let reading = 0
  let most = 0
  const server = createSyncServer({
    store: altered(store, {
      async *readAll(range) {
        most = Math.max(most, ++reading)
        try {
          await new Promise((resolve) => setImmediate(resolve))
          yield* store.readAll(range)
        } finally {
          reading--
        }
      },
    }),
  })
  const peer = (await welcomed(server)).acknowledgeAll()
  // Nothing leaves until the bound is reached, then everything at once, again and again.
  let counted = 0
  let peak = 0
  void peer.until((): true | undefined => {
    for (; counted < peer.frames.length; counted++) peer.buffered += peer.frames[counted]!.length
    peak = Math.max(peak, peer.buffered)
    return undefined
  })
  for (let i = 0; i < 32; i++) peer.say({ type: 'subscribe', id: i, prefix: `p${i}/`, after: 0 })
  await expect
    .poll(
      () => {
        peer.buffered = 0
        peer.session.writable()
        return Array.from({ length: 32 }, (_, i) => peer.cursor(i) ?? 0).every((cursor) => cursor === 320)
      },
      { interval: 1, timeout: 20_000 },
    )
    .toBe(true)
  expect(peak).toBeLessThan(2 * 1024 * 1024)
  expect(most).toBe(1)
  expect(peer.closed).toBeUndefined()
})

test('what a principal may not pull is left out, live and from the past', async () => {
  const store = memoryStore()
  await backendAppend(store, 'Dog-fido')
  await backendAppend(store, 'Dog-secret')
  const server = createSyncServer({ store, authorize: async (_who, _verb, stream) => stream !== 'Dog-secret' })
  const peer = (await welcomed(server)).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await peer.until(() => (peer.cursor(1) === 2 ? true : undefined))
  await backendAppend(store, 'Dog-secret')
  await backendAppend(store, 'Dog-fido')
  await peer.until(() => (peer.cursor(1) === 4 ? true : undefined))
  expect(peer.received(1).map(({ stream }) => stream)).toEqual(['Dog-fido', 'Dog-fido'])
  expect(peer.frames.join()).not.toContain('secret')
})

test('a stream is asked about once, until rights change; a change under way counts', async () => {
  const store = memoryStore()
  const asked: string[] = []
  let may = true
  const gates = [new Gate(), new Gate()]
  gates[0]!.open()
  const server = createSyncServer({
    store,
    authenticate: () => ({ id: 'ann' }),
    authorize: async (_who, _verb, stream) => {
      const gate = gates[asked.push(stream) - 1]
      const answer = may
      await gate?.pass()
      return answer
    },
  })
  const peer = (await welcomed(server)).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  for (let i = 1; i <= 3; i++) {
    await backendAppend(store, 'Dog-fido')
    await peer.until(() => (peer.cursor(1) === i ? true : undefined))
  }
  expect(asked).toEqual(['Dog-fido'])
  server.rightsChanged('bob')
  server.rightsChanged('ann')
  await backendAppend(store, 'Dog-fido')
  await expect.poll(() => gates[1]!.waiting).toBe(1)
  // Taken away while the older answer is still on its way.
  may = false
  server.rightsChanged()
  gates[1]!.open()
  await expect.poll(() => asked.length).toBe(3)
  peer.say({ type: 'subscribe', id: 2, prefix: '', after: 0 })
  await peer.until(() => (peer.cursor(2) === 4 ? true : undefined))
  expect(peer.received(2)).toEqual([])
  expect(peer.received(1)).toHaveLength(3)
})

test('an authorisation that fails while events are sent ends the session instead of leaving a hole', async () => {
  const store = memoryStore()
  await backendAppend(store, 'Dog-fido')
  const server = createSyncServer({ store, authorize: () => Promise.reject(new Error('down')) })
  const peer = await welcomed(server)
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  expect(await peer.end()).toMatchObject({ code: 4503 })
  expect(peer.all('batch')).toHaveLength(0)
})

test('an authorisation that fails now for one stream and later for another ends the session, and nothing else', async () => {
  const store = memoryStore()
  await backendAppend(store, 'Dog-a')
  await backendAppend(store, 'Dog-b')
  const authorize = (_: unknown, _verb: string, stream: string): Promise<boolean> => {
    if (stream === 'Dog-b') throw new Error('at once')
    return Promise.reject(new Error('later'))
  }
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  const peer = await welcomed(createSyncServer({ store, authorize }))
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  expect(await peer.end()).toMatchObject({ code: 4503 })
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

test('a store that can no longer be followed closes the sessions; the next client starts it again', async () => {
  const store = memoryStore()
  let fail: ((error: Error) => void) | undefined
  const server = createSyncServer({
    store: altered(store, {
      subscribe: (options) => ({
        async *[Symbol.asyncIterator]() {
          const broken = new Promise<never>((_resolve, reject) => (fail = reject))
          const items = store.subscribe(options)[Symbol.asyncIterator]()
          for (;;) {
            const item = await Promise.race([broken, items.next()])
            if (item.done === true) return
            yield item.value
          }
        },
      }),
    }),
  })
  const peer = await welcomed(server)
  await expect.poll(() => fail).toBeDefined()
  fail?.(new Error('gone'))
  expect(await peer.end()).toMatchObject({ code: 4503 })
  const next = (await welcomed(server)).acknowledgeAll()
  next.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await backendAppend(store, 'Dog-fido')
  await next.until(() => next.cursor(1))
})

test('a notification the store lost is made up for within two heartbeats', async () => {
  const clock = new ManualClock()
  const store = memoryStore()
  let deaf = true
  const server = createSyncServer({
    clock,
    store: altered(store, {
      subscribe: (options) =>
        deaf ? { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) } : store.subscribe(options),
    }),
  })
  const peer = (await welcomed(server)).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await backendAppend(store, 'Dog-fido')
  deaf = false
  await expect
    .poll(() => {
      clock.advance(15_000)
      return peer.cursor(1)
    })
    .toBe(1)
})

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'no subscription skips, repeats or reorders under concurrent appends, seed %i',
  async (seed) => {
    const random = seeded(seed)
    const log = memoryLog()
    const store = memoryStore({ log })
    // Reads that take a while, as of a store with real I/O.
    const lagging = altered(store, {
      async *readAll(range) {
        for (let i = Math.floor(random() * 4); i > 0; i--) await new Promise((resolve) => setImmediate(resolve))
        yield* store.readAll(range)
      },
    })
    const prefixes = ['', 'a/', 'b/', 'c/']
    const server = createSyncServer({
      store: lagging,
      authorize: (_who, _verb, stream) => (random() < 0.5 ? true : Promise.resolve(stream !== '')),
    })
    const peers = await Promise.all(prefixes.map(() => welcomed(server)))
    let written = 0
    const write = async (): Promise<void> => {
      while (written < 600) {
        const count = 1 + Math.floor(random() * 5)
        written += count
        await backendAppend(memoryStore({ log }), `${prefixes[Math.floor(random() * 4)]}Dog-${Math.floor(random() * 5)}`, count)
        if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const follow = async (peer: Peer, prefix: string): Promise<void> => {
      // Some come early, some late.
      const start = Math.floor(random() * 500)
      while (log.rows.length < start) await new Promise((resolve) => setImmediate(resolve))
      peer.acknowledgeAll().say({ type: 'subscribe', id: 1, prefix, after: 0 })
    }
    await Promise.all([write(), write(), write(), ...peers.map((peer, i) => follow(peer, prefixes[i]!))])
    // The last event is everybody's business, so that all cursors reach it.
    for (const prefix of prefixes) await backendAppend(store, `${prefix}Dog-last`)
    const all = await contents(store)
    for (const [i, peer] of peers.entries()) {
      const expected = all.filter(({ stream }) => stream.startsWith(prefixes[i]!))
      await peer.until(() => ((peer.cursor(1) ?? 0) >= expected.at(-1)!.position ? true : undefined))
      expect(peer.received(1), `seed ${seed}`).toEqual(expected)
    }
  },
)
