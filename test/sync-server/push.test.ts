import { expect, test } from 'vitest'
import { CommandRefused, HeadwaterError } from '../../src/errors.ts'
import { newId } from '../../src/ids.ts'
import { memoryStore } from '../../src/memory/memory-store.ts'
import type { WireCommit } from '../../src/sync/protocol/messages.ts'
import { createSyncServer } from '../../sync-server/index.ts'
import { altered } from '../support/altered-store.ts'
import { backendAppend, commit, contents, Gate, welcomed } from './harness.ts'

test('a commit is stored as a whole and answered with its positions', async () => {
  const store = memoryStore()
  const peer = await welcomed(createSyncServer({ store }))
  const both = commit(['Dog-fido', 0], ['Dog-rex', 0], ['Dog-fido', 1])
  const [result] = await peer.push([both])
  expect(result).toEqual({
    commit: both.id,
    outcome: 'accepted',
    events: both.events.map(({ id }, i) => ({ id, position: i + 1 })),
  })
  expect((await contents(store)).map(({ stream, version }) => `${stream} ${version}`)).toEqual([
    'Dog-fido 0',
    'Dog-rex 0',
    'Dog-fido 1',
  ])
})

test('a push without commits is answered without results', async () => {
  expect(await (await welcomed(createSyncServer({ store: memoryStore() }))).push([])).toEqual([])
})

test('a commit pushed again after a lost answer is answered as the first time', async () => {
  const store = memoryStore()
  const server = createSyncServer({ store })
  const lane = [0, 1, 2, 3].map((version) => commit(['Dog-fido', version]))
  const first = await (await welcomed(server)).push(lane)
  expect(await (await welcomed(server)).push(lane)).toEqual(first)
  expect(await (await welcomed(server)).push(lane.slice(1, 3))).toEqual(first.slice(1, 3))
  expect(await store.head()).toBe(4)
})

test('a lane of which half was stored before is answered as if judged for the first time', async () => {
  const store = memoryStore()
  const server = createSyncServer({ store })
  const lane = [0, 1, 2, 3].map((version) => commit(['Dog-fido', version]))
  const half = await (await welcomed(server)).push(lane.slice(0, 2))
  const all = await (await welcomed(server)).push(lane)
  expect(all.slice(0, 2)).toEqual(half)
  expect(all.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted', 'accepted'])
  expect(await store.head()).toBe(4)
})

test('a stale commit is answered with where its streams are and what they hold since', async () => {
  const store = memoryStore()
  await backendAppend(store, 'Dog-rex', 3)
  const stored = await contents(store)
  const peer = await welcomed(createSyncServer({ store }))
  const stale = commit(['Dog-rex', 1], ['Dog-fido', 0])
  expect(await peer.push([stale])).toEqual([
    {
      commit: stale.id,
      outcome: 'conflict',
      streams: [{ stream: 'Dog-rex', expected: 0, actual: 2 }],
      events: stored.slice(1),
    },
  ])
  expect(await store.head()).toBe(3)
})

test('a commit ahead of its stream is a conflict without events', async () => {
  const peer = await welcomed(createSyncServer({ store: memoryStore() }))
  const [result] = await peer.push([commit(['Dog-fido', 5])])
  expect(result).toMatchObject({ outcome: 'conflict', streams: [{ expected: 4, actual: -1 }], events: [] })
})

test('a conflict with a long history brings a bounded part of it, from its start', async () => {
  const store = memoryStore()
  await backendAppend(store, 'Dog-rex', 700)
  const peer = await welcomed(createSyncServer({ store }))
  const [result] = await peer.push([commit(['Dog-rex', 0])])
  if (result?.outcome !== 'conflict') throw new Error('expected a conflict')
  expect(result.streams).toEqual([{ stream: 'Dog-rex', expected: -1, actual: 699 }])
  expect(result.events.map(({ version }) => version)).toEqual(Array.from({ length: 500 }, (_, i) => i))
})

test('the conflicts of one push share one bound of text', async () => {
  const store = memoryStore()
  const streams = Array.from({ length: 20 }, (_, i) => `Dog-${i}`)
  for (const stream of streams) await backendAppend(store, stream, 3, 'x'.repeat(50_000))
  const peer = await welcomed(createSyncServer({ store }))
  const results = await peer.push(streams.map((stream) => commit([stream, 0])))
  expect(results.every(({ outcome }) => outcome === 'conflict')).toBe(true)
  expect(peer.frames.at(-1)!.length).toBeLessThan(600_000)
})

test('what waits behind a commit that was not accepted is held, other streams are not', async () => {
  const store = memoryStore()
  await backendAppend(store, 'Dog-rex')
  const peer = await welcomed(createSyncServer({ store }))
  const stale = commit(['Dog-rex', 0])
  const behind = commit(['Dog-rex', 1], ['Dog-max', 0])
  const furtherBehind = commit(['Dog-max', 1])
  const alsoBehind = commit(['Dog-rex', 2])
  const free = commit(['Dog-fido', 0])
  const results = await peer.push([stale, behind, furtherBehind, alsoBehind, free])
  expect(results.map((result) => (result.outcome === 'held' ? result.by : result.outcome))).toEqual([
    'conflict',
    stale.id,
    behind.id,
    stale.id,
    'accepted',
  ])
})

test('an event of somebody else never makes the second commit of a lane look current', async () => {
  const store = memoryStore()
  // Stored by somebody else right before the lane is judged: the second commit expects exactly that version.
  await backendAppend(store, 'Dog-fido')
  const server = createSyncServer({ store })
  const lane = [commit(['Dog-fido', 0]), commit(['Dog-fido', 1])]
  const results = await (await welcomed(server)).push(lane)
  expect(results.map(({ outcome }) => outcome)).toEqual(['conflict', 'held'])
  expect(await store.head()).toBe(1)
})

test('an event of somebody else between two commits of a lane is a conflict for the second', async () => {
  const store = memoryStore()
  const server = createSyncServer({
    store,
    validate: async ({ events }) => {
      if (events[0]?.version === 1) await backendAppend(store, 'Dog-fido')
    },
  })
  const results = await (await welcomed(server)).push([0, 1, 2].map((version) => commit(['Dog-fido', version])))
  expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'conflict', 'held'])
})

test('a later push on the same stream waits for the one before, and is held with it', async () => {
  const gate = new Gate()
  const store = memoryStore()
  await backendAppend(store, 'Dog-fido')
  const server = createSyncServer({
    store: altered(store, { append: async (batch) => (await gate.pass(), store.append(batch)) }),
  })
  const peer = await welcomed(server)
  const both = Promise.all([peer.push([commit(['Dog-fido', 0])]), peer.push([commit(['Dog-fido', 1])])])
  gate.open()
  expect((await both).flat().map(({ outcome }) => outcome)).toEqual(['conflict', 'held'])
})

test('commits on different streams are judged at the same time', async () => {
  const gate = new Gate()
  const store = memoryStore()
  const server = createSyncServer({
    store: altered(store, { append: async (batch) => (await gate.pass(), store.append(batch)) }),
  })
  const peer = await welcomed(server)
  const results = peer.push([commit(['Dog-a', 0]), commit(['Dog-b', 0]), commit(['Dog-c', 0])])
  await expect.poll(() => gate.waiting).toBe(3)
  gate.open()
  expect((await results).map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted'])
})

test('a run of one stream is one append, with the answers of judging one by one', async () => {
  const store = memoryStore()
  let appends = 0
  const counting = altered(store, { append: (batch) => (appends++, store.append(batch)) })
  const lane = Array.from({ length: 50 }, (_, version) => commit(['Dog-fido', version]))
  const results = await (await welcomed(createSyncServer({ store: counting }))).push(lane)
  expect(appends).toBe(1)
  const single = memoryStore()
  const oneByOne = await (await welcomed(createSyncServer({ store: single, validate: () => {} }))).push(lane)
  expect(results).toEqual(oneByOne)
  expect(await contents(store)).toEqual(await contents(single))
})

test('of two sessions racing for one stream one wins each version', async () => {
  const store = memoryStore()
  const server = createSyncServer({ store })
  const peers = await Promise.all([welcomed(server), welcomed(server)])
  for (let version = 0; version < 50; version++) {
    const results = await Promise.all(peers.map((peer) => peer.push([commit(['Dog-fido', version])])))
    expect(results.map(([result]) => result!.outcome).sort()).toEqual(['accepted', 'conflict'])
  }
  expect((await contents(store)).map(({ version }) => version)).toEqual(Array.from({ length: 50 }, (_, i) => i))
})

const good = commit(['Dog-fido', 0], ['Dog-fido', 1])
const [e0, e1] = good.events as [WireCommit['events'][number], WireCommit['events'][number]]
test.each<readonly [string, WireCommit]>([
  ['a commit without events', { id: newId(), events: [] }],
  ["an event that names another commit's id", { id: newId(), events: good.events }],
  ['an event without the commit id', { ...good, events: [{ ...e0, metadata: {} }] }],
  ['a gap between versions', { ...good, events: [e0, { ...e1, version: 2 }] }],
  ['a version twice', { ...good, events: [e0, { ...e1, version: 0 }] }],
  ['versions in the wrong order', { ...good, events: [e1, e0] }],
  ['an event id twice', { ...good, events: [e0, { ...e1, id: e0.id }] }],
])('%s is refused as bad data, and what follows on its stream is held', async (_name, bad) => {
  const store = memoryStore()
  const peer = await welcomed(createSyncServer({ store }))
  const results = await peer.push([bad, commit(['Dog-fido', 0])])
  expect(results[0]).toMatchObject({ outcome: 'refused', code: 'bad-data' })
  expect(results[1]?.outcome).toBe(bad.events.length === 0 ? 'accepted' : 'held')
})

test('the same id with other content is a conflict of ids that tells nothing', async () => {
  const store = memoryStore()
  const server = createSyncServer({ store })
  const secret = commit(['Dog-secret', 0, { plan: 'x' }])
  await (await welcomed(server)).push([secret])
  const forged = commit(['Dog-fido', 0])
  const peer = await welcomed(server)
  const results = await peer.push([{ ...forged, events: [{ ...forged.events[0]!, id: secret.events[0]!.id }] }])
  expect(results).toEqual([
    { commit: forged.id, outcome: 'refused', code: 'id-conflict', message: 'an event id of this commit is in use' },
  ])
  expect(peer.frames.join()).not.toContain('secret')
})

test('the recorded author is the principal, whatever the client claims', async () => {
  const store = memoryStore()
  const server = createSyncServer({ store, authenticate: (token) => ({ id: token ?? '' }) })
  const plain = commit(['Dog-fido', 0])
  const forged = { ...plain, events: plain.events.map((e) => ({ ...e, metadata: { ...e.metadata, actor: 'the king' } })) }
  const peer = await welcomed(server, { token: 'ann' })
  expect((await peer.push([forged]))[0]).toMatchObject({ outcome: 'accepted', actor: 'ann' })
  expect((await contents(store))[0]?.metadata.actor).toBe('ann')
})

test('without authentication nobody is recorded as the author', async () => {
  const store = memoryStore()
  const plain = commit(['Dog-fido', 0])
  const forged = { ...plain, events: plain.events.map((e) => ({ ...e, metadata: { ...e.metadata, actor: 'the king' } })) }
  const [result] = await (await welcomed(createSyncServer({ store }))).push([forged])
  expect(result).not.toHaveProperty('actor')
  expect((await contents(store))[0]?.metadata).not.toHaveProperty('actor')
})

test('a commit stored by a server that stamped it otherwise is accepted with what is stored', async () => {
  const store = memoryStore()
  const lane = [commit(['Dog-fido', 0]), commit(['Dog-fido', 1])]
  const first = await (await welcomed(createSyncServer({ store }))).push(lane)
  const other = createSyncServer({ store, authenticate: () => ({ id: 'ann' }) })
  expect(await (await welcomed(other)).push(lane)).toEqual(first)
  await backendAppend(store, 'Dog-fido')
  expect(await (await welcomed(other)).push(lane)).toEqual(first)
})

test('who may not push to a stream is refused, and what is behind is held', async () => {
  const store = memoryStore()
  const server = createSyncServer({ store, authorize: (_who, verb, stream) => verb === 'pull' || stream !== 'Dog-rex' })
  const results = await (await welcomed(server)).push([commit(['Dog-fido', 0], ['Dog-rex', 0]), commit(['Dog-fido', 0])])
  expect(results.map(({ outcome }) => outcome)).toEqual(['refused', 'held'])
  expect(results[0]).toMatchObject({ code: 'not-permitted' })
  expect(await store.head()).toBe(0)
})

test('who may push to a stream but not read it is not shown what it holds', async () => {
  const store = memoryStore()
  await backendAppend(store, 'Dog-rex', 1, { secret: true })
  const server = createSyncServer({ store, authorize: async (_who, verb) => verb === 'push' })
  const peer = await welcomed(server)
  expect(await peer.push([commit(['Dog-rex', 0])])).toMatchObject([{ outcome: 'refused', code: 'not-permitted' }])
  expect(peer.frames.join()).not.toContain('secret')
})

test('a right lost after storing does not turn the answer into a refusal', async () => {
  const store = memoryStore()
  let may = true
  const server = createSyncServer({ store, authenticate: () => ({ id: 'ann' }), authorize: () => may })
  const mine = commit(['Dog-fido', 0])
  const first = await (await welcomed(server)).push([mine])
  may = false
  expect(await (await welcomed(server)).push([mine])).toEqual(first)
})

test.each([
  ['a command that says no', new CommandRefused('too-many', 'no more dogs'), 'too-many', 'no more dogs'],
  ['an error with a code', new HeadwaterError('bad-data', 'no name'), 'bad-data', 'no name'],
  ['any other error', new Error('stack and secrets'), 'validation-failed', 'the commit could not be validated'],
])('%s from the validator refuses the commit', async (_name, error, code, message) => {
  const store = memoryStore()
  const peer = await welcomed(createSyncServer({ store, validate: () => Promise.reject(error) }))
  expect(await peer.push([commit(['Dog-fido', 0])])).toMatchObject([{ outcome: 'refused', code, message }])
  expect(await store.head()).toBe(0)
})

test('a validator sees the author and each commit after the one before is stored', async () => {
  const store = memoryStore()
  const seen: unknown[] = []
  const server = createSyncServer({
    store,
    authenticate: () => ({ id: 'ann', team: 7 }),
    validate: async ({ events }, principal) => void seen.push([events[0]?.metadata.actor, principal?.team, await store.head()]),
  })
  await (await welcomed(server)).push([commit(['Dog-fido', 0]), commit(['Dog-fido', 1])])
  expect(seen).toEqual([
    ['ann', 7, 0],
    ['ann', 7, 1],
  ])
})

test('a validator is not asked again about what is stored', async () => {
  const store = memoryStore()
  let calls = 0
  const server = createSyncServer({ store, validate: () => void calls++ })
  const peer = await welcomed(server)
  const one = commit(['Dog-fido', 0])
  expect(await peer.push([one])).toEqual(await peer.push([one]))
  expect(calls).toBe(1)
})

test.each(['storage-full', 'storage-failed', 'closed'] as const)('%s is no verdict: the connection closes', async (code) => {
  const failing = altered(memoryStore(), { append: () => Promise.reject(new HeadwaterError(code, 'no')) })
  const server = createSyncServer({ store: failing })
  const peer = await welcomed(server)
  peer.say({ type: 'push', id: 1, commits: [commit(['Dog-fido', 0]), commit(['Dog-fido', 1]), commit(['Dog-rex', 0])] })
  expect(await peer.end()).toMatchObject({ code: 4503 })
  expect(peer.all('pushed')).toHaveLength(0)
  expect((await server.health()).status).toBe(code === 'closed' ? 'ok' : 'unavailable')
})

test('an authorisation that fails is no verdict either', async () => {
  const peer = await welcomed(createSyncServer({ store: memoryStore(), authorize: () => Promise.reject(new Error('down')) }))
  peer.say({ type: 'push', id: 1, commits: [commit(['Dog-fido', 0])] })
  expect(await peer.end()).toMatchObject({ code: 4503 })
})

test('what has not been stored when the connection ends is not stored later', async () => {
  const gate = new Gate()
  const store = memoryStore()
  const server = createSyncServer({ store, authorize: async () => (await gate.pass(), true) })
  const peer = await welcomed(server)
  peer.say({ type: 'push', id: 1, commits: [commit(['Dog-fido', 0])] })
  await expect.poll(() => gate.waiting).toBe(1)
  peer.session.closed()
  gate.open()
  await (await welcomed(server)).push([commit(['Dog-rex', 0])])
  expect((await contents(store)).map(({ stream }) => stream)).toEqual(['Dog-rex'])
})

test('a commit that does not follow on from the one before it is judged on its own version', async () => {
  const store = memoryStore()
  const peer = await welcomed(createSyncServer({ store }))
  const gap = await peer.push([commit(['Dog-fido', 0]), commit(['Dog-fido', 5])])
  expect(gap.map(({ outcome }) => outcome)).toEqual(['accepted', 'conflict'])
  const overtaken = await peer.push([commit(['Dog-rex', 0]), commit(['Dog-rex', 1], ['Dog-max', 0]), commit(['Dog-rex', 1])])
  expect(overtaken.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'conflict'])
  expect((await contents(store)).map(({ stream, version }) => `${stream} ${version}`)).toEqual([
    'Dog-fido 0',
    'Dog-rex 0',
    'Dog-rex 1',
    'Dog-max 0',
  ])
})

test('a lane whose commits name a commit that is not theirs is not stored in one go', async () => {
  const store = memoryStore()
  const peer = await welcomed(createSyncServer({ store }))
  const lane = [commit(['Dog-fido', 0]), { ...commit(['Dog-fido', 1]), id: newId() }, commit(['Dog-fido', 2])]
  expect((await peer.push(lane)).map(({ outcome }) => outcome)).toEqual(['accepted', 'refused', 'held'])
  expect(await store.head()).toBe(1)
})
