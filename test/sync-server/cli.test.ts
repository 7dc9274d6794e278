import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { parseCommand, UsageError } from '../../sync-server/cli/arguments.ts'
import { commit, hello } from './harness.ts'

const root = join(import.meta.dirname, '../..')
const started = new Set<ReturnType<typeof run>>()

afterEach(() => {
  for (const { child } of started) child.kill('SIGKILL')
  started.clear()
})

/** The command, run from its source. */
function run(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'sync-server/main.ts', ...args], { cwd: root })
  const seen = { child, out: '', err: '', code: once(child, 'close').then(([code]) => code as number | null) }
  child.stdout.on('data', (text: Buffer) => (seen.out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (seen.err += text.toString()))
  started.add(seen)
  return seen
}

async function url(server: ReturnType<typeof run>): Promise<string> {
  await expect.poll(() => server.out, { timeout: 20_000 }).toContain('listening on')
  return /ws:\S+(?=,)/.exec(server.out)![0]
}

/** Says hello, then what is given, and gives the messages up to one of a type. */
async function talk(address: string, type: string, token: string | undefined, ...messages: readonly object[]) {
  const socket = new WebSocket(address)
  const heard: { readonly type: string }[] = []
  await once(socket, 'open')
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { readonly type: string }
    heard.push(message)
    if (message.type === 'welcome') for (const next of messages) socket.send(JSON.stringify(next))
  })
  socket.send(JSON.stringify(hello(token === undefined ? {} : { token })))
  await expect.poll(() => heard.map((message) => message.type)).toContain(type)
  socket.terminate()
  return heard.find((message) => message.type === type)
}

test('serve keeps what is pushed in its file, and ends with 0 on SIGTERM', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-'))
  const store = `sqlite:${join(folder, 'authority.db')}`
  try {
    const one = commit(['Dog-fido', 0])
    const push = { type: 'push', id: 1, commits: [one] }
    const first = run('serve', '--store', store, '--port', '0')
    const answer = await talk(await url(first), 'pushed', undefined, push)
    expect(answer).toMatchObject({ results: [{ outcome: 'accepted' }] })
    expect(first.out.split('\n')[0]).toMatch(`headwater: listening on ws://127.0.0.1:`)
    expect(first.out.split('\n')[0]).toMatch(`, store ${store}`)
    first.child.kill('SIGTERM')
    expect(await first.code).toBe(0)
    const second = run('serve', '--store', store, '--port', '0')
    expect(await talk(await url(second), 'pushed', undefined, push)).toEqual(answer)
    second.child.kill('SIGINT')
    expect(await second.code).toBe(0)
    expect(first.err + second.err).toBe('')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('with a token only who sends it gets in', async () => {
  const server = run('serve', '--store', 'memory:', '--port', '0', '--token', 'sesame')
  const address = await url(server)
  expect(await talk(address, 'error', 'wrong')).toMatchObject({ code: 'unauthenticated' })
  await talk(address, 'welcome', 'sesame')
  expect(server.err).not.toContain('sesame')
})

test('a taken port, and a file that cannot be opened, are one sentence and exit code 1', async () => {
  const taken = createServer()
  await once(taken.listen(0, '127.0.0.1'), 'listening')
  const { port } = taken.address() as AddressInfo
  const onPort = run('serve', '--store', 'memory:', '--port', String(port))
  const onFile = run('serve', '--store', 'sqlite:/nowhere/at/all.db', '--port', '0')
  expect([await onPort.code, await onFile.code]).toEqual([1, 1])
  expect(onPort.err).toBe(`headwater: port ${port} is taken: stop the program that uses it, or choose another with --port\n`)
  expect(onFile.err).toMatch(/^headwater: cannot open the store sqlite:\/nowhere\/at\/all\.db: .*\n$/)
  taken.close()
})

test('help and version are printed, a usage error ends with 2', async () => {
  const [help, version, wrong] = [run('--help'), run('--version'), run('serve', '--prot', '1')]
  expect(await Promise.all([help.code, version.code, wrong.code])).toEqual([0, 0, 2])
  expect(help.out).toContain('--allow-origin')
  expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(wrong.err).toMatch(/^headwater: .*--prot.*\n$/)
})

const serve = (...args: readonly string[]) => parseCommand(['serve', '--store', 'memory:', ...args], {})

test.each([
  ['no command', []],
  ['an unknown command', ['dance']],
  ['a stray argument', ['serve', 'x', '--store', 'memory:']],
  ['no store', ['serve']],
  ['an unknown store', ['serve', '--store', 'oracle:x']],
  ['a store without a file', ['serve', '--store', 'sqlite:']],
  ['a port that is none', ['serve', '--store', 'memory:', '--port', 'http']],
  ['a port too high', ['serve', '--store', 'memory:', '--port', '65536']],
  ['an origin with a path', ['serve', '--store', 'memory:', '--allow-origin', 'https://a.example/']],
  ['an origin that is none', ['serve', '--store', 'memory:', '--allow-origin', '*']],
  ['a flag without its value', ['serve', '--store']],
  ['an empty token', ['serve', '--store', 'memory:', '--token', '']],
])('%s is a usage error of one line', (_name, args) => {
  expect(() => parseCommand(args, {})).toThrow(UsageError)
  expect(() => parseCommand(args, {})).not.toThrow(/\n/)
})

test('the defaults are this machine only, port 8787', () => {
  expect(serve()).toMatchObject({ host: '127.0.0.1', port: 8787, allowOrigins: [], token: undefined })
})

test('beyond this machine it takes a token, or to be told that everybody may', () => {
  expect(() => serve('--host', '0.0.0.0')).toThrow(/--token/)
  expect(serve('--host', '0.0.0.0', '--token', 't')).toMatchObject({ token: 't' })
  expect(serve('--host', '0.0.0.0', '--open')).toMatchObject({ token: undefined })
  expect(serve('--host', '127.0.0.2')).toMatchObject({ host: '127.0.0.2' })
  expect(parseCommand(['serve', '--store', 'memory:', '--host', '::'], { HEADWATER_TOKEN: 't' })).toMatchObject({ token: 't' })
})
