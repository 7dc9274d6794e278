import { expect, test } from 'vitest'
import { newId } from '../../src/ids.ts'
import { memoryStore } from '../../src/memory/memory-store.ts'
import { createSyncServer } from '../../sync-server/index.ts'
import { altered } from '../support/altered-store.ts'
import { backendAppend, commit, contents, Gate, ManualClock, Peer, seeded, welcomed } from './harness.ts'

const limits = { messageLength: 20_000, commitsPerPush: 3, eventsPerCommit: 2, subscriptions: 2, pushesInFlight: 2 }

test.each([
  ['a message too long', { type: 'push', id: 1, commits: [commit(['Dog-a', 0, 'x'.repeat(20_000)])] }],
  ['too many commits in a push', { type: 'push', id: 1, commits: [0, 1, 2, 3].map((v) => commit(['Dog-a', v])) }],
  ['too many events in a commit', { type: 'push', id: 1, commits: [commit(['Dog-a', 0], ['Dog-a', 1], ['Dog-a', 2])] }],
])('%s closes the connection and stores nothing', async (_name, message) => {
  const store = memoryStore()
  const peer = await welcomed(createSyncServer({ store, limits }))
  peer.session.receive(JSON.stringify(message))
  expect(await peer.end()).toMatchObject({ code: 4400 })
  expect(peer.all('error')[0]?.code).toBe('protocol')
  expect(await store.head()).toBe(0)
})

test('too many pushes on their way close the connection', async () => {
  const gate = new Gate()
  const store = memoryStore()
  const slow = altered(store, { append: async (batch) => (await gate.pass(), store.append(batch)) })
  const peer = await welcomed(createSyncServer({ store: slow, limits }))
  for (let i = 0; i < 3; i++) peer.say({ type: 'push', id: i, commits: [commit([`Dog-${i}`, 0])] })
  expect(await peer.end()).toMatchObject({ code: 4400 })
  gate.open()
})

test('a push may be sent the moment another is answered', async () => {
  const peer = await welcomed(createSyncServer({ store: memoryStore(), limits: { pushesInFlight: 1 } }))
  let version = 0
  const next = (): void => peer.say({ type: 'push', id: version, commits: [commit(['Dog-fido', version++])] })
  void peer.until(() => {
    if (peer.all('pushed').length === version && version < 10) next()
    return peer.all('pushed').length === 10 ? true : undefined
  })
  await peer.hear('pushed', 9)
  expect(peer.closed).toBeUndefined()
})

test('too many subscriptions close the connection; starting one over does not count', async () => {
  const peer = await welcomed(createSyncServer({ store: memoryStore(), limits }))
  for (const id of [1, 2, 2, 1, 1]) peer.say({ type: 'subscribe', id, prefix: '', after: 0 })
  expect(peer.closed).toBeUndefined()
  peer.say({ type: 'unsubscribe', id: 1 })
  peer.say({ type: 'subscribe', id: 3, prefix: '', after: 0 })
  expect(peer.closed).toBeUndefined()
  peer.say({ type: 'subscribe', id: 4, prefix: '', after: 0 })
  expect(await peer.end()).toMatchObject({ code: 4400 })
})

test.each<readonly [string, object]>([
  ['beyond the protocol', { messageLength: 2_000_000 }],
  ['below one', { pushesInFlight: 0 }],
  ['unknown', { speed: 3 }],
])('a limit %s is refused when the server is made', (_name, given) => {
  expect(() => createSyncServer({ store: memoryStore(), limits: given })).toThrow(/limits/)
})

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
const push = (event: string): string => `{"type":"push","id":1,"commits":[{"id":"${newId()}","events":[${event}]}]}`
const event = (data: string, extra = ''): string =>
  `{"id":"${newId()}","stream":"Dog-fido","version":0,"type":"Happened","data":${data},"metadata":{}${extra}}`

test.each([
  ['not JSON', 'hello?'],
  ['nothing', ''],
  ['null', 'null'],
  ['a list', '[]'],
  ['an unknown type', '{"type":"drop-tables"}'],
  ['a type from the prototype', '{"type":"constructor"}'],
  ['a second hello', JSON.stringify({ type: 'hello', protocol: { min: 1, max: 1 }, replicaId: newId() })],
  ['an unknown field', '{"type":"unsubscribe","id":1,"please":true}'],
  ['a cursor that is no integer', '{"type":"subscribe","id":1,"prefix":"","after":1e400}'],
  ['a negative cursor', '{"type":"subscribe","id":1,"prefix":"","after":-1}'],
  ['data nested five thousand deep', push(event(deep(5000)))],
  ['brackets without an end', '['.repeat(10_000)],
  ['__proto__ in data', push(event('{"__proto__":{"admin":true}}'))],
  ['constructor in data', push(event('{"a":{"constructor":1}}'))],
  ['__proto__ as a field', push(event('1', ',"__proto__":{}'))],
  ['a lone surrogate', push(event('"\\ud800"'))],
  ['a number that is not finite', push(event('1e999'))],
  ['a position chosen by the client', push(event('1', ',"position":5'))],
  ['a stream of the store itself', push(event('1').replace('Dog-fido', '$all'))],
  ['a version above all integers', push(event('1').replace('"version":0', '"version":9007199254740993'))],
])('%s closes that connection, and only that one', async (_name, text) => {
  const store = memoryStore()
  const server = createSyncServer({ store })
  const [bad, good] = await Promise.all([welcomed(server), welcomed(server)])
  bad.session.receive(text)
  expect(await bad.end()).toMatchObject({ code: 4400 })
  expect(bad.all('error')).toHaveLength(1)
  bad.session.receive(text)
  expect(await good.push([commit(['Dog-fido', 0])])).toMatchObject([{ outcome: 'accepted' }])
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
})

test('data as deep as the store allows is stored, one level more is refused', async () => {
  const store = memoryStore()
  const peer = await welcomed(createSyncServer({ store }))
  const results = await peer.push([commit(['Dog-a', 0, JSON.parse(deep(64))]), commit(['Dog-b', 0, JSON.parse(deep(65))])])
  expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'refused'])
})

test.each([11, 12, 13])('a thousand damaged messages never throw and store nothing wrong, seed %i', async (seed) => {
  const random = seeded(seed)
  const store = memoryStore()
  const server = createSyncServer({ store })
  const templates = [
    () => JSON.stringify({ type: 'push', id: 1, commits: [commit(['Dog-fido', 0], ['Dog-rex', 0])] }),
    () => JSON.stringify({ type: 'subscribe', id: 1, prefix: 'a/', after: 0 }),
    () => JSON.stringify({ type: 'ack', id: 1, upTo: 0 }),
    () => JSON.stringify({ type: 'auth', token: 'x' }),
  ]
  let peer = await welcomed(server)
  for (let i = 0; i < 1000; i++) {
    if (peer.closed !== undefined) peer = await welcomed(server)
    const chars = templates[Math.floor(random() * templates.length)]!().split('')
    for (let edits = Math.floor(random() * 4); edits >= 0; edits--) {
      chars.splice(
        Math.floor(random() * chars.length),
        Math.floor(random() * 3),
        String.fromCharCode(32 + Math.floor(random() * 95)),
      )
    }
    peer.session.receive(chars.join(''))
  }
  const versions = new Map<string, number>()
  for (const { stream, version, metadata } of await contents(store)) {
    expect(version, `seed ${seed}`).toBe((versions.get(stream) ?? -1) + 1)
    versions.set(stream, version)
    expect(metadata.commitId).toBeDefined()
  }
})

test('timers end with the sessions and with the server', async () => {
  const clock = new ManualClock()
  const store = memoryStore()
  const server = createSyncServer({ store, clock })
  const peer = await welcomed(server)
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  await backendAppend(store, 'Dog-fido')
  await peer.until(() => peer.cursor(1))
  const silent = new Peer(server)
  expect(clock.pending).toBe(3)
  silent.session.closed()
  peer.session.closed()
  expect(clock.pending).toBe(1)
  clock.advance(15_000)
  expect(clock.pending).toBe(0)
  await welcomed(server)
  expect(clock.pending).toBe(1)
  server.close()
  server.close()
  expect(clock.pending).toBe(0)
})
