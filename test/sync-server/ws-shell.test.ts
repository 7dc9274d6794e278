import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { ClientOptions } from 'ws'
import { WebSocket } from 'ws'
import type { ListenOptions, Listening, SyncServerOptions } from '../../sync-server/index.ts'
import type { ServerMessage } from '../../src/sync/protocol/messages.ts'
import { memoryStore } from '../../src/memory/memory-store.ts'
import { createSyncServer, listen } from '../../sync-server/index.ts'
import { altered } from '../support/altered-store.ts'
import { backendAppend, commit, Gate, hello } from './harness.ts'

const open = new Set<Listening>()
const clients = new Set<WebSocket>()

afterEach(async () => {
  for (const client of clients) client.terminate()
  await Promise.all([...open].map((listening) => listening.close({ timeoutMs: 1000 })))
  open.clear()
  clients.clear()
})

async function start(given: Partial<SyncServerOptions> = {}, shell: Partial<ListenOptions> = {}) {
  const server = createSyncServer({ store: memoryStore(), ...given })
  const listening = await listen({ server, port: 0, ...shell })
  open.add(listening)
  return { server, listening, http: listening.url.replace('ws:', 'http:') }
}

/** A client over a real socket, with what it has heard. */
function client(url: string, options: ClientOptions = {}) {
  const socket = new WebSocket(url, options)
  clients.add(socket)
  const heard: ServerMessage[] = []
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as ServerMessage))
  socket.on('error', () => {})
  const ended = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)))
  const refused = new Promise<number>((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
  })
  return {
    socket,
    heard,
    ended,
    refused,
    say: (message: object) => socket.send(JSON.stringify(message)),
    async welcomed() {
      await once(socket, 'open')
      socket.send(JSON.stringify(hello()))
      await expect.poll(() => heard[0]?.type).toBe('welcome')
    },
  }
}

test('a client pushes and pulls over a real socket', async () => {
  const { listening } = await start()
  const peer = client(listening.url)
  await peer.welcomed()
  peer.say({ type: 'subscribe', id: 1, prefix: '', after: 0 })
  const text = 'Ж'.repeat(1000)
  peer.say({ type: 'push', id: 7, commits: [commit(['Dog-fido', 0, text])] })
  await expect.poll(() => peer.heard.map(({ type }) => type).sort()).toEqual(['batch', 'pushed', 'welcome'])
  expect(peer.heard.find(({ type }) => type === 'batch')).toMatchObject({ events: [{ data: text }] })
})

test('a message as long as the protocol allows passes, whatever its characters', async () => {
  const { listening } = await start()
  const peer = client(listening.url)
  await peer.welcomed()
  // Three bytes a character: counted in bytes it would be refused, and pushed again for ever.
  peer.say({ type: 'push', id: 7, commits: [commit(['Dog-fido', 0, '語'.repeat(1_000_000)])] })
  await expect.poll(() => peer.heard[1]).toMatchObject({ type: 'pushed', results: [{ outcome: 'accepted' }] })
})

test('pages of origins that are not named are refused before there is a socket', async () => {
  const { listening } = await start({}, { allowOrigins: ['https://app.example.com'] })
  for (const origin of ['https://evil.example', 'https://app.example.com.evil.example', 'http://app.example.com', 'null']) {
    expect(await client(listening.url, { headers: { origin } }).refused).toBe(403)
  }
  await client(listening.url, { headers: { origin: 'https://app.example.com' } }).welcomed()
  await client(listening.url).welcomed()
})

test('without named origins no page may connect', async () => {
  const { listening } = await start()
  expect(await client(listening.url, { headers: { origin: listening.url.replace('ws', 'http') } }).refused).toBe(403)
})

test('another path than the one configured is refused', async () => {
  const { listening } = await start({}, { path: '/sync' })
  expect(await client(`${listening.url}/other`).refused).toBe(404)
  await client(`${listening.url}/sync?x=1`).welcomed()
})

test('beyond the most connections the next is refused', async () => {
  const { listening } = await start({}, { maxConnections: 2 })
  const [first] = [client(listening.url), client(listening.url)]
  await Promise.all([...clients].map((socket) => once(socket, 'open')))
  expect(await client(listening.url).refused).toBe(503)
  first!.socket.close()
  await first!.ended
  await client(listening.url).welcomed()
})

test('an oversized frame closes that connection, and the process lives', async () => {
  const { listening, server } = await start()
  const peer = client(listening.url)
  await peer.welcomed()
  peer.socket.send('x'.repeat(4 * 1024 * 1024))
  expect(await peer.ended).toBe(1009)
  await expect.poll(() => server.stats().connections).toBe(0)
  await client(listening.url).welcomed()
})

test('a binary message closes the connection', async () => {
  const { listening } = await start()
  const peer = client(listening.url)
  await peer.welcomed()
  peer.socket.send(Buffer.from([1, 2, 3]))
  expect(await peer.ended).toBe(4400)
})

test('who floods before saying hello is cut', async () => {
  const { listening, server } = await start()
  const peer = client(listening.url)
  await once(peer.socket, 'open')
  for (let i = 0; i < 1000; i++) peer.socket.send('{"type":"ack","id":1,"upTo":1}')
  expect(await peer.ended).toBe(4400)
  expect(server.stats().connections).toBe(0)
})

test('bytes that are no WebSocket do no harm', async () => {
  const { listening } = await start()
  for (const bytes of [
    '\0\0\0\0',
    'GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    `GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(5000)}\r\n`,
  ]) {
    const socket = connect(listening.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.resume()
    socket.end(bytes)
    await once(socket, 'close')
  }
  await client(listening.url).welcomed()
})

test('a connection that answers no ping is cut', async () => {
  const { listening, server } = await start({}, { pingMs: 20 })
  const dead = client(listening.url, { autoPong: false })
  const alive = client(listening.url)
  await Promise.all([once(dead.socket, 'open'), once(alive.socket, 'open')])
  expect(await dead.ended).toBe(1006)
  await expect.poll(() => server.stats().connections).toBe(1)
  expect(alive.socket.readyState).toBe(WebSocket.OPEN)
})

test('a client that does not read is sent no more than a bounded amount, whatever it claims', async () => {
  const store = memoryStore()
  await backendAppend(store, 'Dog-fido', 200, 'x'.repeat(100_000))
  const server = createSyncServer({ store })
  let most = 0
  const connect = server.connect.bind(server)
  server.connect = (wire, peer) => {
    const send = (text: string): void => {
      wire.send(text)
      most = Math.max(most, wire.bufferedAmount())
    }
    return connect({ send, close: (code, why) => wire.close(code, why), bufferedAmount: () => wire.bufferedAmount() }, peer)
  }
  const listening = await listen({ server, port: 0 })
  open.add(listening)
  const peer = client(listening.url)
  await peer.welcomed()
  peer.socket.pause()
  for (let round = 0; round < 20; round++) {
    for (let id = 0; id < 32; id++) {
      peer.say({ type: 'subscribe', id, prefix: '', after: 0 })
      peer.say({ type: 'ack', id, upTo: 200 })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  await expect.poll(() => most).toBeGreaterThan(1024 * 1024)
  expect(most).toBeLessThan(2 * 1024 * 1024)
})

test('health is told over plain HTTP, and nothing else is', async () => {
  const store = memoryStore()
  let broken = false
  const { http } = await start({
    store: altered(store, { head: () => (broken ? Promise.reject(new Error('gone')) : store.head()) }),
  })
  const healthy = await fetch(`${http}/health`)
  expect([healthy.status, await healthy.json()]).toEqual([200, { status: 'ok', sessions: 0, head: 0 }])
  broken = true
  const ill = await fetch(`${http}/health`)
  expect([ill.status, await ill.json()]).toMatchObject([503, { status: 'unavailable' }])
  expect((await fetch(`${http}/health`, { method: 'POST' })).status).toBe(405)
  expect((await fetch(http)).status).toBe(404)
})

test('closing answers what was pushed, closes every connection and frees the port', async () => {
  const gate = new Gate()
  const { listening } = await start({ validate: () => gate.pass() })
  const peer = client(listening.url)
  const idle = client(listening.url)
  await Promise.all([peer.welcomed(), idle.welcomed()])
  peer.say({ type: 'push', id: 1, commits: [commit(['Dog-fido', 0])] })
  await expect.poll(() => gate.waiting).toBe(1)
  const closing = listening.close()
  expect(await idle.ended).toBe(1001)
  gate.open()
  expect(await peer.ended).toBe(1001)
  expect(peer.heard.map(({ type }) => type)).toEqual(['welcome', 'goaway', 'pushed'])
  await closing
  await listening.close()
  const again = await listen({ server: createSyncServer({ store: memoryStore() }), port: listening.port })
  await again.close()
})

test('closing does not wait for a connection that never answers', async () => {
  const { listening } = await start()
  const peer = client(listening.url)
  await peer.welcomed()
  peer.socket.pause()
  await listening.close({ timeoutMs: 200 })
})

test('closing does not wait for connections that were refused or never became sockets', async () => {
  const { listening } = await start()
  const silent = connect({ port: listening.port, host: '127.0.0.1', allowHalfOpen: true })
  const refused = connect({ port: listening.port, host: '127.0.0.1', allowHalfOpen: true })
  refused.write('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: https://evil.example\r\n\r\n')
  const [answer] = (await once(refused, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 403 /)
  expect((await fetch(`${listening.url.replace('ws', 'http')}/health`)).status).toBe(200)
  await listening.close({ timeoutMs: 1000 })
  for (const socket of [silent, refused]) socket.destroy()
})

test('a taken port is the error of the port', async () => {
  const { listening } = await start()
  const second = listen({ server: createSyncServer({ store: memoryStore() }), port: listening.port })
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
