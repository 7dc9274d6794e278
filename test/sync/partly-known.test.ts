import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventStore } from '../../src/index.ts'
import type { SyncServer } from '../../sync-server/index.ts'
import { classOf, createApplication, defineAggregate, memoryStore } from '../../src/index.ts'
import { memoryDisk, memoryReplica, startSyncOn } from '../../src/sync/index.ts'
import { createSyncServer } from '../../sync-server/index.ts'
import { List } from '../examples/board.ts'
import { altered } from '../support/altered-store.ts'
import { bytes, Device, until } from '../support/device.ts'
import { MemoryLink } from '../support/memory-link.ts'

const ListObject = classOf(List)

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

function device(replica = memoryReplica(), follow?: readonly string[]): Device {
  const made = new Device(server, replica, follow)
  closers.push(() => made.sync.close())
  return made
}

describe('a commit over several prefixes', () => {
  it('of which the log brings one first shows whole, and is confirmed whole', async () => {
    const ann = device(undefined, ['List-a', 'List-b'])
    await ann.sync.synced()
    let lossy = true
    ann.link.toClient = (text) => (lossy && /"type":"pushed"|"type":"batch".*List-b/.test(text) ? 'drop' : 'deliver')
    const { commitId, confirmed } = await ann.app.save(new ListObject('a').run('add', 'x'), new ListObject('b').run('add', 'y'))
    await until('the one prefix', async () => (await ann.sync.pending())[0]?.events.length === 1)
    expect([await ann.items('a'), await ann.items('b')]).toEqual([['x'], ['y']])
    // What is shown is built upon as if nothing had been lost.
    await ann.add('b', 'z')
    lossy = false
    const stored = (await confirmed).outcome === 'confirmed' && (await confirmed)
    expect(stored).toMatchObject({ events: [{ position: 1 }, { position: 2 }] })
    await until('all of it', async () => ann.sync.status.phase === 'synced' && ann.sync.status.cursor === 3)
    expect(await ann.app.verdict(commitId)).toEqual(stored)
    expect([await ann.items('a'), await ann.items('b')]).toEqual([['x'], ['y', 'z']])
    expect(await bytes(ann.replica)).toBe(await bytes(authority))
  })

  it('of which only one is followed is confirmed whole', async () => {
    const ann = device(undefined, ['List-a'])
    await ann.sync.synced()
    let lost = 0
    ann.link.toClient = (text) => (text.includes('"type":"pushed"') && lost++ === 0 ? 'drop' : 'deliver')
    const { confirmed } = await ann.app.save(new ListObject('a').run('add', 'x'), new ListObject('b').run('add', 'y'))
    expect(await confirmed).toMatchObject({ outcome: 'confirmed', events: [{ position: 1 }, { position: 2 }] })
    expect([await ann.items('a'), await ann.items('b')]).toEqual([['x'], ['y']])
  })
})

describe('a commit that is stored, and nobody here knows', () => {
  it('is not taken back by a command that decides otherwise now', async () => {
    let full = 3
    const Shelf = defineAggregate({
      type: 'Shelf',
      initial: 0,
      events: { Put: (count: number) => count + 1 },
      commands: {
        put({ state, emit, refuse }) {
          if (state >= full) refuse('full', 'full')
          emit.Put()
        },
      },
    })
    const backend = createApplication({ name: 'Shelves', aggregates: [Shelf], store: authority })
    const store = memoryReplica()
    const app = createApplication({ name: 'Shelves', aggregates: [Shelf], store })
    const link = new MemoryLink(server)
    const first = startSyncOn(app, link.host)
    closers.push(() => first.close())
    await first.synced()
    link.online = false
    const receipts = [await app.execute(Shelf, 'a', 'put'), await app.execute(Shelf, 'a', 'put')]
    for (let i = 0; i < 2; i++) await backend.execute(Shelf, 'a', 'put')
    // The first of the two is stored, which is never said; the second does not fit any more, and is held behind it.
    link.toClient = (text) => (text.includes('"outcome":"accepted"') || text.includes('"position":3') ? 'cut' : 'deliver')
    link.online = true
    await until('three on the shelf', async () => (await authority.head()) === 3)
    link.online = false
    await first.close()
    // The next version of the app has smaller shelves, and looks again at what is held.
    full = 2
    link.toClient = () => 'deliver'
    const second = startSyncOn(app, link.host)
    closers.push(() => second.close())
    link.online = true
    const outcomes = (await Promise.all(receipts.map(({ confirmed }) => confirmed))).map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['confirmed', 'refused'])
    expect(await second.inbox.list()).toHaveLength(1)
  })
})

describe('a stream one may push to and not pull', () => {
  it('is continued by who has written all of it, and shows what they wrote', async () => {
    server.close()
    const authorize = (_: unknown, verb: string, stream: string): boolean => verb === 'push' || stream === 'List-open'
    server = createSyncServer({ store: authority, heartbeatMs: 100, authorize })
    const ann = device()
    for (const item of ['a', 'b', 'c']) {
      expect((await (await ann.add('closed', item)).confirmed).outcome).toBe('confirmed')
      await (
        await ann.add('open', item)
      ).confirmed
      const head = await authority.head()
      await until('the log', () => ann.sync.status.phase === 'synced' && ann.sync.status.cursor === head)
    }
    expect(await ann.items('closed')).toEqual(['a', 'b', 'c'])
  })
})

describe('a stream that is not followed any more', () => {
  it('stays known as far as pending work rests on it: that is judged on what it was decided on', async () => {
    const ann = device()
    await (
      await ann.add('food', 'bread')
    ).confirmed
    const disk = memoryDisk('unfollowed')
    const before = device(memoryReplica({ disk }))
    await until('the list', async () => (await before.items('food')).length === 1)
    before.link.online = false
    const { commitId } = await before.app.execute(List, 'food', 'remove', 'bread')
    await before.sync.close()
    await (
      await ann.add('food', 'milk')
    ).confirmed
    const after = device(memoryReplica({ disk }), ['Other-'])
    expect((await after.app.verdict(commitId)).outcome).toBe('confirmed')
    await until('the removal', async () => (await ann.items('food')).length === 1)
  })
})

describe('an authority restored from a backup', () => {
  it('is recognised by an accepted commit that it lost, before the log has brought that', async () => {
    const ann = device()
    await ann.sync.synced()
    ann.link.toClient = (text) => (text.includes('"type":"batch"') ? 'drop' : 'deliver')
    expect((await (await ann.add('food', 'bread')).confirmed).outcome).toBe('confirmed')
    ann.link.online = false
    ann.link.toClient = () => 'deliver'
    // The backup was empty, and others have worked on it since.
    const logId = await authority.logId()
    const backup = memoryStore()
    const others = createApplication({ name: 'Lists', aggregates: [List], store: backup })
    for (const item of ['milk', 'eggs']) await others.execute(List, 'food', 'add', item)
    const restored = createSyncServer({ store: altered(backup, { logId: () => Promise.resolve(logId) }), heartbeatMs: 100 })
    closers.push(() => restored.close())
    ann.link.server = restored
    ann.link.online = true
    await until('the client stalled', () => ann.sync.status.phase === 'stalled')
    expect(ann.sync.status.reason?.code).toBe('server-rolled-back')
    expect(await ann.items('food')).toEqual(['bread'])
  })
})
