import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventStore } from '../../src/index.ts'
import type { ReplicaStorage } from '../../src/sync/index.ts'
import type { SyncServer } from '../../sync-server/index.ts'
import { createApplication, HeadwaterError, memoryStore } from '../../src/index.ts'
import { createReplica, memoryDisk, memoryReplica, memoryStorage, startSyncOn } from '../../src/sync/index.ts'
import { createSyncServer, sharedToken } from '../../sync-server/index.ts'
import { List } from '../examples/board.ts'
import { Device, until } from '../support/device.ts'
import { MemoryLink } from '../support/memory-link.ts'

let authority: EventStore
let server: SyncServer
const closers: (() => unknown)[] = []

beforeEach(() => {
  authority = memoryStore()
  server = createSyncServer({ store: authority, heartbeatMs: 100 })
})

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
  server.close()
})

function device(...rest: [ReturnType<typeof memoryReplica>?, (readonly string[])?]): Device {
  const made = new Device(server, ...rest)
  closers.push(() => made.sync.close())
  return made
}

describe('a token', () => {
  it('that never comes does not keep the device from its work, and the next attempt asks again', async () => {
    server.close()
    server = createSyncServer({ store: authority, heartbeatMs: 100, authenticate: sharedToken('secret') })
    const link = new MemoryLink(server)
    let asked = 0
    const host = { ...link.host, token: () => (asked++ === 0 ? new Promise<string>(() => undefined) : Promise.resolve('secret')) }
    const app = createApplication({ name: 'Lists', aggregates: [List], store: memoryReplica() })
    const sync = startSyncOn(app, host)
    closers.push(() => sync.close())
    const receipt = await app.execute(List, 'food', 'add', 'bread')
    await until('the work counted', () => sync.status.pending === 1)
    link.cut()
    expect((await receipt.confirmed).outcome).toBe('confirmed')
  })

  it('that cannot be had is said, and tried again', async () => {
    const link = new MemoryLink(server)
    let works = false
    const host = { ...link.host, token: () => (works ? Promise.resolve('x') : Promise.reject(new Error('sign in first'))) }
    const app = createApplication({ name: 'Lists', aggregates: [List], store: memoryReplica() })
    const sync = startSyncOn(app, host)
    closers.push(() => sync.close())
    await until('the reason', () => sync.status.reason?.message === 'sign in first')
    works = true
    await sync.synced()
    expect(sync.status.reason).toBeUndefined()
  })
})

describe('an address that no socket can be made for', () => {
  it('is said, and not tried for ever', async () => {
    const link = new MemoryLink(server)
    const connect = (): never => {
      throw new SyntaxError('no such address')
    }
    const app = createApplication({ name: 'Lists', aggregates: [List], store: memoryReplica() })
    const sync = startSyncOn(app, { ...link.host, connect })
    closers.push(() => sync.close())
    await until('the reason', () => sync.status.phase === 'stalled')
    expect(sync.status.reason?.message).toBe('no such address')
  })
})

describe('a server that lies', () => {
  it('about what it accepted is not believed: the work stays, and is pushed again', async () => {
    const ann = device()
    await ann.sync.synced()
    let lies = 0
    ann.link.rewrite = (text) =>
      text.includes('"accepted"') && lies++ === 0 ? text.replace(/"events":\[[^\]]*\]/, '"events":[]') : text
    // What the log brings would settle it first.
    ann.link.toClient = (text) => (lies === 0 && text.includes('"type":"batch"') ? 'drop' : 'deliver')
    const receipt = await ann.add('food', 'bread')
    expect(await receipt.confirmed).toMatchObject({ outcome: 'confirmed', events: [{ position: 1 }] })
    expect(lies).toBeGreaterThan(0)
  })

  it('about a range is not believed: nothing is skipped', async () => {
    const [ann, bob] = [device(), device()]
    await Promise.all([ann.sync.synced(), bob.sync.synced()])
    let lies = 0
    bob.link.rewrite = (text) => (text.includes('bread') && lies++ === 0 ? text.replace(/"position":1/, '"position":7') : text)
    await (
      await ann.add('food', 'bread')
    ).confirmed
    await until('the item', async () => (await bob.items('food')).length === 1)
    expect((await bob.log()).map(({ position }) => position)).toEqual([1])
    expect(lies).toBeGreaterThan(0)
  })
})

describe('sync that is closed before it has begun', () => {
  it('neither leads nor follows any more', async () => {
    const disk = memoryDisk('tabs')
    const ann = device(memoryReplica({ disk }))
    await (
      await ann.add('food', 'bread')
    ).confirmed
    await ann.sync.synced()
    const tab = createApplication({ name: 'Lists', aggregates: [List], store: memoryReplica({ disk }) })
    await startSyncOn(tab, new MemoryLink(server).host, ['Other-']).close()
    // What it began has its turn before this.
    await tab.get(List, 'food')
    expect((await (await ann.add('food', 'milk')).confirmed).outcome).toBe('confirmed')
    await until('both in the log', async () => (await ann.log()).length === 2)
    await ann.sync.synced()
  })
})

describe('what a device follows', () => {
  it('as chosen later outlasts a restart, until the app starts with something else', async () => {
    const replica = memoryReplica()
    const ann = device(replica, ['List-a'])
    await ann.sync.follow(['List-b'])
    await ann.sync.close()
    const again = new Device(server, replica, ['List-a'])
    for (const list of ['a', 'b']) await (await again.add(list, 'x')).confirmed
    await until('what was chosen', async () => (await again.log()).map(({ stream }) => stream).join() === 'List-b')
    await again.sync.close()
    const other = new Device(server, replica, ['List-'])
    closers.push(() => other.sync.close())
    await until('what the app wants now', async () => (await other.log()).length === 2)
  })

  it('is fetched before it is said to be synced', async () => {
    const ann = device()
    await (
      await ann.add('food', 'bread')
    ).confirmed
    const bob = device(undefined, ['Other-'])
    await bob.sync.synced()
    await bob.sync.follow(['List-'])
    await bob.sync.synced()
    expect(await bob.items('food')).toEqual(['bread'])
  })

  it('is fetched again when it was dropped and taken up again at once', async () => {
    const ann = device()
    await (
      await ann.add('food', 'bread')
    ).confirmed
    await ann.sync.synced()
    await Promise.all([ann.sync.follow(['Other-']), ann.sync.follow([''])])
    await until('the log again', async () => (await ann.log()).length === 1)
    await ann.sync.synced()
  })

  it('in more prefixes than the server allows is said, and not tried for ever', async () => {
    const ann = device(
      undefined,
      Array.from({ length: 40 }, (_, n) => `List-${n}x`),
    )
    await until('the reason', () => ann.sync.status.reason?.code === 'bad-configuration')
    expect(ann.sync.status.phase).toBe('stalled')
    expect(ann.link.connections).toBe(1)
  })
})

describe('a storage that fails', () => {
  function failing(): { readonly storage: ReplicaStorage; fail: 'after' | 'before' | undefined } {
    const inner = memoryStorage(memoryDisk())
    const state: { storage: ReplicaStorage; fail: 'after' | 'before' | undefined } = {
      fail: undefined,
      storage: {
        ...inner,
        async transact(mode, work) {
          const error = new HeadwaterError('storage-failed', 'the disk went away')
          if (mode !== 'read' && state.fail === 'before') throw error
          const result = await inner.transact(mode, work)
          if (mode !== 'read' && state.fail === 'after') throw error
          return result
        },
      },
    }
    return state
  }

  it('after it has stored is found out by looking: the commit is there once, and the line stops', async () => {
    const state = failing()
    const replica = createReplica(state.storage)
    const app = createApplication({ name: 'Lists', aggregates: [List], store: replica })
    await app.execute(List, 'food', 'add', 'bread')
    state.fail = 'after'
    const { recorded } = await app.execute(List, 'food', 'add', 'milk')
    expect(recorded.map(({ version }) => version)).toEqual([1])
    state.fail = undefined
    await expect(app.execute(List, 'food', 'add', 'eggs')).rejects.toMatchObject({ code: 'storage-failed' })
    const reopened = createApplication({ name: 'Lists', aggregates: [List], store: createReplica(state.storage) })
    await reopened.execute(List, 'food', 'add', 'eggs')
    expect((await reopened.get(List, 'food')).state.items).toEqual(['bread', 'milk', 'eggs'])
  })

  it('before it has stored is an error, and nothing is there', async () => {
    const state = failing()
    const app = createApplication({ name: 'Lists', aggregates: [List], store: createReplica(state.storage) })
    await app.execute(List, 'food', 'add', 'bread')
    state.fail = 'before'
    await expect(app.execute(List, 'food', 'add', 'milk')).rejects.toMatchObject({ code: 'storage-failed' })
    expect((await app.get(List, 'food')).state.items).toEqual(['bread'])
  })
})

it('an inbox entry with nothing left to do is superseded when it is retried', async () => {
  const [ann, bob] = [device(), device()]
  for (const item of ['a', 'b']) await (await ann.add('food', item)).confirmed
  await bob.sync.synced()
  bob.link.online = false
  const refused = await bob.add('food', 'd')
  for (const item of ['c']) await (await ann.add('food', item)).confirmed
  bob.link.online = true
  expect((await refused.confirmed).outcome).toBe('refused')
  await ann.sync.synced()
  await (
    await ann.app.execute(List, 'food', 'remove', 'a')
  ).confirmed
  await (
    await ann.add('food', 'd')
  ).confirmed
  await (
    await ann.app.execute(List, 'food', 'remove', 'b')
  ).confirmed
  await until("Ann's changes at Bob", async () => (await bob.items('food')).join() === 'c,d')
  const again = await bob.sync.inbox.retry(refused.commitId)
  expect(await bob.app.verdict(again)).toEqual({ outcome: 'superseded' })
  expect(await bob.sync.inbox.list()).toEqual([])
})
