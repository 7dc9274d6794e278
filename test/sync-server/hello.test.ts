import { expect, test } from 'vitest'
import { newId } from '../../src/ids.ts'
import { memoryStore } from '../../src/memory/memory-store.ts'
import { DEFAULT_LIMITS } from '../../src/sync/protocol/limits.ts'
import { createSyncServer } from '../../sync-server/index.ts'
import { altered } from '../support/altered-store.ts'
import { backendAppend, commit, Gate, hello, ManualClock, Peer, welcomed } from './harness.ts'

test('a hello is answered with the log, its head, the heartbeat and the limits', async () => {
  const store = memoryStore()
  await backendAppend(store, 'Dog-fido', 3)
  const server = createSyncServer({ store, heartbeatMs: 5000, limits: { subscriptions: 2 } })
  const welcome = await new Peer(server).hello()
  expect(welcome).toEqual({
    type: 'welcome',
    protocol: 1,
    logId: await store.logId(),
    head: 3,
    heartbeatMs: 5000,
    limits: { ...DEFAULT_LIMITS, subscriptions: 2 },
  })
})

test('a client of a later protocol only is refused, one that also speaks ours is served', async () => {
  const server = createSyncServer({ store: memoryStore() })
  const later = new Peer(server)
  later.say(hello({ protocol: { min: 2, max: 4 } }))
  expect(await later.end()).toMatchObject({ code: 4400 })
  expect(later.all('error')[0]?.code).toBe('protocol')
  expect(await new Peer(server).hello({ protocol: { min: 1, max: 4 } })).toMatchObject({ protocol: 1 })
})

test('anything but a hello first is a violation', async () => {
  const peer = new Peer(createSyncServer({ store: memoryStore() }))
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  expect(await peer.end()).toMatchObject({ code: 4400 })
})

test('nothing may be said between hello and welcome, and what was said is not done', async () => {
  const gate = new Gate()
  const store = memoryStore()
  const server = createSyncServer({ store, authenticate: async () => (await gate.pass(), { id: 'ann' }) })
  const peer = new Peer(server)
  peer.say(hello())
  peer.say({ type: 'push', id: 1, commits: [commit(['Dog-fido', 0])] })
  expect(await peer.end()).toMatchObject({ code: 4400 })
  gate.open()
  expect(await store.head()).toBe(0)
  expect(peer.all('welcome')).toHaveLength(0)
})

test('a hello beyond 16 KiB is not even parsed', async () => {
  const peer = new Peer(createSyncServer({ store: memoryStore() }))
  peer.session.receive(JSON.stringify({ ...hello(), junk: 'x'.repeat(20_000) }))
  expect(await peer.end()).toMatchObject({ code: 4400 })
  expect(peer.all('error')[0]?.message).toContain('message length')
})

test('who does not say hello within ten seconds is cut, whatever else goes on', async () => {
  const clock = new ManualClock()
  const server = createSyncServer({ store: memoryStore(), clock })
  const peer = new Peer(server)
  clock.advance(9_999)
  expect(peer.closed).toBeUndefined()
  clock.advance(1)
  expect(peer.closed).toMatchObject({ code: 4401 })
  expect(server.stats().connections).toBe(0)
})

test('an authentication that takes longer than ten seconds does not let anybody in', async () => {
  const clock = new ManualClock()
  const gate = new Gate()
  const server = createSyncServer({ store: memoryStore(), clock, authenticate: async () => (await gate.pass(), { id: 'ann' }) })
  const peer = new Peer(server)
  peer.say(hello())
  clock.advance(10_000)
  expect(peer.closed).toMatchObject({ code: 4401 })
  gate.open()
  await welcomed(server)
  expect(peer.all('welcome')).toHaveLength(0)
})

test('a replica of another log is stopped', async () => {
  const peer = new Peer(createSyncServer({ store: memoryStore() }))
  peer.say(hello({ logId: newId() }))
  expect(await peer.end()).toMatchObject({ code: 4409 })
  expect(peer.all('error')[0]?.code).toBe('server-rolled-back')
})

test.each([
  ['above the head', 9, true],
  ['with another event at its position', 2, false],
])('a replica whose newest event is %s is stopped', async (_name, position, ownId) => {
  const store = memoryStore()
  const [first] = await backendAppend(store, 'Dog-fido', 3)
  const peer = new Peer(createSyncServer({ store }))
  peer.say(hello({ logId: await store.logId(), tip: { position, id: ownId ? newId() : first!.id } }))
  expect(await peer.end()).toMatchObject({ code: 4409 })
})

test('a replica whose newest event is in the log is welcome', async () => {
  const store = memoryStore()
  const [, second] = await backendAppend(store, 'Dog-fido', 3)
  const peer = new Peer(createSyncServer({ store }))
  await peer.hello({ logId: await store.logId(), tip: { position: 2, id: second!.id } })
})

test('a subscription from beyond the head is stopped', async () => {
  const peer = await welcomed(createSyncServer({ store: memoryStore() }))
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 7 })
  expect(await peer.end()).toMatchObject({ code: 4409 })
})

test('a store that does not answer makes the client come back later', async () => {
  const failing = altered(memoryStore(), { head: () => Promise.reject(new Error('gone')) })
  const peer = new Peer(createSyncServer({ store: failing }))
  peer.say(hello())
  expect(await peer.end()).toMatchObject({ code: 4503 })
})

test('a replica belongs to the principal that first used it', async () => {
  const server = createSyncServer({ store: memoryStore(), authenticate: (token) => ({ id: token ?? '' }) })
  const replicaId = newId()
  await welcomed(server, { replicaId, token: 'ann' })
  await welcomed(server, { replicaId, token: 'ann' })
  const other = new Peer(server)
  other.say(hello({ replicaId, token: 'bob' }))
  expect(await other.end()).toMatchObject({ code: 4401 })
  expect(other.all('error')[0]?.code).toBe('not-permitted')
})
