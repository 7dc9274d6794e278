import { expect, test } from 'vitest'
import { HeadwaterError } from '../../src/errors.ts'
import { memoryStore } from '../../src/memory/memory-store.ts'
import { createSyncServer, sharedToken } from '../../sync-server/index.ts'
import type { LogEntry } from '../../sync-server/index.ts'
import { backendAppend, commit, Gate, hello, ManualClock, Peer, welcomed } from './harness.ts'

const minutes = (count: number): number => count * 60_000

/** A server whose tokens read `name@time of expiry`. */
function expiring(clock: ManualClock, store = memoryStore()) {
  return createSyncServer({
    store,
    clock,
    heartbeatMs: minutes(60),
    authenticate: (token = '') => {
      const [id, end] = token.split('@')
      return id === '' || end === undefined ? undefined : { id: id!, expiresAt: new Date(Number(end)) }
    },
  })
}

test.each([
  ['nobody', () => undefined, 4401],
  ['an error that says so', () => Promise.reject(new HeadwaterError('unauthenticated', 'no')), 4401],
  ['a token that is over', () => ({ id: 'ann', expiresAt: new Date(0) }), 4401],
  ['any other error', () => Promise.reject(new Error('the directory is down')), 4503],
  ['a principal without a name', () => ({ id: '' }), 4503],
  ['a token whose end is no time', () => ({ id: 'ann', expiresAt: new Date(NaN) }), 4503],
])('%s from the hook lets nobody in', async (_name, authenticate, code) => {
  const log: LogEntry[] = []
  const server = createSyncServer({ store: memoryStore(), authenticate, log: (entry) => log.push(entry) })
  const peer = new Peer(server)
  peer.say(hello({ token: 'secret' }))
  expect(await peer.end()).toMatchObject({ code })
  expect(peer.all('welcome')).toHaveLength(0)
  expect(JSON.stringify([log, peer.heard])).not.toMatch(/secret|directory/)
  expect(log.map((entry) => entry.event)).toContain('denied')
})

test('the hook is told the token, the replica and the address', async () => {
  const seen: unknown[] = []
  const server = createSyncServer({
    store: memoryStore(),
    authenticate: (token, connection) => {
      seen.push([token, connection])
      return { id: 'ann' }
    },
  })
  const said = hello({ token: 't' })
  const peer = new Peer(server, '192.0.2.1')
  peer.say(said)
  await peer.hear('welcome')
  expect(seen).toEqual([['t', { replicaId: said.replicaId, address: '192.0.2.1' }]])
})

test('a token is asked for a minute before it ends, and a fresh one carries on', async () => {
  const clock = new ManualClock()
  const server = expiring(clock)
  const peer = await welcomed(server, { token: `ann@${clock.now() + minutes(10)}` })
  clock.advance(minutes(9) - 1)
  expect(peer.all('renew')).toHaveLength(0)
  clock.advance(1)
  expect(peer.all('renew')).toHaveLength(1)
  peer.say({ type: 'auth', token: `ann@${clock.now() + minutes(10)}` })
  // It is answered with nothing: let what was said be done.
  await new Promise((resolve) => setImmediate(resolve))
  clock.advance(minutes(9) - 1)
  expect(peer.all('renew')).toHaveLength(1)
  clock.advance(1)
  expect(peer.all('renew')).toHaveLength(2)
  expect(peer.closed).toBeUndefined()
})

test('a token that ends without another ends the session', async () => {
  const clock = new ManualClock()
  const peer = await welcomed(expiring(clock), { token: `ann@${clock.now() + minutes(10)}` })
  clock.advance(minutes(10) - 1)
  expect(peer.closed).toBeUndefined()
  clock.advance(1)
  expect(peer.closed).toMatchObject({ code: 4401 })
  expect(peer.all('error')[0]?.code).toBe('unauthenticated')
})

test('a token that ends in fifty days does not end now', async () => {
  const clock = new ManualClock()
  const peer = await welcomed(expiring(clock), { token: `ann@${clock.now() + minutes(60 * 24 * 50)}` })
  clock.advance(minutes(60 * 24 * 49))
  expect(peer.all('renew')).toHaveLength(0)
  clock.advance(minutes(60 * 24))
  expect(peer.closed).toMatchObject({ code: 4401 })
})

test('a fresh token brings the rights it stands for', async () => {
  const store = memoryStore()
  const server = createSyncServer({
    store,
    authenticate: (role) => ({ id: 'ann', role }),
    authorize: (principal) => principal?.role === 'doctor',
  })
  const peer = (await welcomed(server, { token: 'doctor' })).acknowledgeAll()
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await backendAppend(store, 'Dog-fido')
  await peer.until(() => peer.cursor(1))
  peer.say({ type: 'auth', token: 'visitor' })
  await new Promise((resolve) => setImmediate(resolve))
  await backendAppend(store, 'Dog-fido')
  peer.say({ type: 'subscribe', id: 2, prefix: '', after: 0 })
  await peer.until(() => (peer.cursor(2) === 2 ? true : undefined))
  expect([peer.received(1).length, peer.received(2).length]).toEqual([1, 0])
})

test('a fresh token of somebody else ends the session', async () => {
  const clock = new ManualClock()
  const peer = await welcomed(expiring(clock), { token: `ann@${clock.now() + minutes(10)}` })
  peer.say({ type: 'auth', token: `bob@${clock.now() + minutes(10)}` })
  expect(await peer.end()).toMatchObject({ code: 4401 })
})

test('tokens are judged one at a time', async () => {
  const gate = new Gate()
  let first = true
  const server = createSyncServer({
    store: memoryStore(),
    authenticate: async () => {
      if (!first) await gate.pass()
      first = false
      return { id: 'ann' }
    },
  })
  const peer = await welcomed(server, { token: 'a' })
  peer.say({ type: 'auth', token: 'b' })
  peer.say({ type: 'auth', token: 'c' })
  expect(await peer.end()).toMatchObject({ code: 4400 })
  gate.open()
})

test('a commit whose token ended while it was looked at is not stored', async () => {
  const clock = new ManualClock()
  const gate = new Gate()
  const store = memoryStore()
  let now = clock.now()
  // A clock that was set, so that no timer has fired yet.
  const server = createSyncServer({
    store,
    clock: { now: () => now, setTimer: (run, ms) => clock.setTimer(run, ms) },
    authenticate: () => ({ id: 'ann', expiresAt: new Date(now + 1000) }),
    authorize: async () => (await gate.pass(), true),
  })
  const peer = await welcomed(server)
  peer.say({ type: 'push', id: 1, commits: [commit(['Dog-fido', 0])] })
  await expect.poll(() => gate.waiting).toBe(1)
  now += 1000
  gate.open()
  expect(await peer.end()).toMatchObject({ code: 4401 })
  expect(await store.head()).toBe(0)
  expect(peer.all('pushed')).toHaveLength(0)
})

test('revoking a principal ends its sessions, and no others', async () => {
  const server = createSyncServer({ store: memoryStore(), authenticate: (token) => ({ id: token ?? '' }) })
  const ann = await welcomed(server, { token: 'ann' })
  const bob = await welcomed(server, { token: 'bob' })
  server.revoke('ann')
  expect(ann.closed).toMatchObject({ code: 4401 })
  expect(bob.closed).toBeUndefined()
})

test('a shared token lets in who knows it', async () => {
  const check = sharedToken('open sesame')
  expect(check('open sesame')).toEqual({ id: 'shared' })
  for (const wrong of [undefined, '', 'open', 'open sesame ', 'OPEN SESAME']) expect(check(wrong)).toBeUndefined()
})

test('draining answers what was pushed, takes no more, and closes', async () => {
  const clock = new ManualClock()
  const gate = new Gate()
  const store = memoryStore()
  const server = createSyncServer({
    store,
    clock,
    authorize: async (_who, verb) => (verb === 'push' && (await gate.pass()), true),
  })
  const busy = await welcomed(server)
  const idle = await welcomed(server)
  const silent = new Peer(server)
  busy.say({ type: 'push', id: 1, commits: [commit(['Dog-fido', 0])] })
  await expect.poll(() => gate.waiting).toBe(1)
  const drained = server.drain()
  await Promise.all([idle.end(), silent.end()])
  expect(idle.closed).toMatchObject({ code: 1001 })
  expect(idle.all('goaway')[0]).toMatchObject({ retryAfterMs: 1000 })
  expect(busy.closed).toBeUndefined()
  busy.say({ type: 'push', id: 2, commits: [commit(['Dog-rex', 0])] })
  const late = new Peer(server)
  expect(late.closed).toMatchObject({ code: 1001 })
  expect(await server.health()).toEqual({ status: 'draining' })
  gate.open()
  await drained
  expect(busy.all('pushed').map(({ id, results }) => [id, results[0]?.outcome])).toEqual([[1, 'accepted']])
  expect(busy.closed).toMatchObject({ code: 1001 })
  expect(clock.pending).toBe(0)
  // The store is its owner's: it is open still.
  await backendAppend(store, 'Dog-max')
})

test('draining does not wait for ever', async () => {
  const clock = new ManualClock()
  const server = createSyncServer({ store: memoryStore(), clock, validate: () => new Promise(() => {}) })
  const peer = await welcomed(server)
  peer.say({ type: 'push', id: 1, commits: [commit(['Dog-fido', 0])] })
  const drained = server.drain({ timeoutMs: 3000 })
  clock.advance(3000)
  await drained
  expect(peer.closed).toMatchObject({ code: 1001 })
})

test('the numbers say what goes on', async () => {
  const store = memoryStore()
  await backendAppend(store, 'Dog-rex')
  const server = createSyncServer({ store })
  const peer = await welcomed(server)
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await peer.push([
    commit(['Dog-rex', 0]),
    commit(['Dog-rex', 1]),
    commit(['Dog-fido', 0]),
    { id: hello().replicaId, events: [] },
  ])
  await peer.until(() => (peer.cursor(1) === 2 ? true : undefined))
  void new Peer(server)
  expect(server.stats()).toEqual({
    connections: 2,
    sessions: 1,
    subscriptions: 1,
    pushesInFlight: 0,
    head: 2,
    verdicts: { accepted: 1, conflict: 1, held: 1, refused: 1 },
  })
})
