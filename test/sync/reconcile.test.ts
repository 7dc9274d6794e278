import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventStore, Verdict } from '../../src/index.ts'
import type { SyncServer } from '../../sync-server/index.ts'
import { createApplication, memoryStore, newId } from '../../src/index.ts'
import { createSyncServer } from '../../sync-server/index.ts'
import { List } from '../examples/board.ts'
import { bytes, Device, until } from '../support/device.ts'

let authority: EventStore
let server: SyncServer
const devices: Device[] = []

function device(...args: ConstructorParameters<typeof Device> extends [unknown, ...infer R] ? R : never): Device {
  const made = new Device(server, ...args)
  devices.push(made)
  return made
}

beforeEach(() => {
  authority = memoryStore()
  server = createSyncServer({ store: authority, heartbeatMs: 200 })
})

afterEach(async () => {
  for (const { sync } of devices.splice(0)) await sync.close()
  server.close()
})

async function settled(...all: Device[]): Promise<void> {
  await until('every device in step with the authority', async () => {
    const head = await authority.head()
    return all.every(({ sync: { status } }) => status.phase === 'synced' && status.cursor === head)
  })
}

describe('work done offline', () => {
  it('is durable at once, confirmed later, and the same everywhere', async () => {
    const [ann, bob] = [device(), device()]
    ann.link.online = false
    const receipt = await ann.add('food', 'bread')
    expect(await ann.items('food')).toEqual(['bread'])
    ann.link.online = true
    expect(await receipt.confirmed).toEqual({ outcome: 'confirmed', events: [{ id: receipt.recorded[0]?.id, position: 1 }] })
    await settled(ann, bob)
    expect(await bob.items('food')).toEqual(['bread'])
    expect(await bytes(ann.replica)).toBe(await bytes(authority))
    expect(await bytes(bob.replica)).toBe(await bytes(authority))
  })

  it("that meets others' work is decided again: confirmed, adapted, superseded or refused", async () => {
    const [ann, bob] = [device(), device()]
    await (
      await ann.add('food', 'bread')
    ).confirmed
    await settled(ann, bob)
    bob.link.online = false
    const same = await bob.add('food', 'milk')
    const other = await bob.app.execute(List, 'tools', 'add', 'saw')
    const removed = await bob.app.execute(List, 'food', 'remove', 'bread')
    await (
      await ann.app.execute(List, 'food', 'remove', 'bread')
    ).confirmed
    bob.link.online = true
    expect((await same.confirmed).outcome).toBe('confirmed')
    expect((await other.confirmed).outcome).toBe('confirmed')
    expect(await removed.confirmed).toEqual({ outcome: 'superseded' })
    await settled(ann, bob)
    bob.link.online = false
    const emptied = await bob.app.execute(List, 'food', 'removeAll')
    await (
      await ann.add('food', 'eggs')
    ).confirmed
    bob.link.online = true
    expect((await emptied.confirmed).outcome).toBe('adapted')
    await settled(ann, bob)
    expect(await ann.items('food')).toEqual([])
    expect(await bytes(bob.replica)).toBe(await bytes(authority))
  })

  it("that breaks a rule only together with others' goes to the inbox, with the reason and both states", async () => {
    const [ann, bob] = [device(), device()]
    for (const item of ['a', 'b']) await (await ann.add('food', item)).confirmed
    await settled(ann, bob)
    for (const { link } of [ann, bob]) link.online = false
    const receipts = [await ann.add('food', 'c'), await bob.add('food', 'd')]
    for (const { link } of [ann, bob]) link.online = true
    const verdicts = await Promise.all(receipts.map(({ confirmed }) => confirmed))
    expect(verdicts.map(({ outcome }) => outcome).toSorted()).toEqual(['confirmed', 'refused'])
    const loser = verdicts[0]?.outcome === 'refused' ? ann : bob
    await settled(ann, bob)
    const [entry, ...others] = await loser.sync.inbox.list()
    expect(others).toEqual([])
    expect(entry).toMatchObject({
      code: 'full',
      message: 'the list already has 3 of 3 items',
      before: { items: ['a', 'b'] },
      command: { name: 'add' },
    })
    expect(entry?.now).toMatchObject({ items: { length: 3 } })
    // Retrying is refused for the same reason; editing it is taken; the entry leaves by decision only.
    await expect(loser.sync.inbox.retry(entry?.commitId ?? '')).rejects.toMatchObject({ code: 'refused', reason: 'full' })
    expect(await loser.sync.inbox.list()).toHaveLength(1)
    await loser.app.execute(List, 'food', 'remove', 'a')
    const again = await loser.sync.inbox.edit(entry?.commitId ?? '', ['z'])
    expect((await loser.app.verdict(again)).outcome).toBe('confirmed')
    expect(await loser.sync.inbox.list()).toEqual([])
    await settled(ann, bob)
    expect(await ann.items('food')).toContain('z')
  })

  it('is in the log once all is said to be synced', async () => {
    const ann = device()
    await ann.sync.synced()
    ann.link.toClient = (text) => (text.includes('"type":"batch"') ? 'drop' : 'deliver')
    await (
      await ann.add('food', 'bread')
    ).confirmed
    const seen: number[] = []
    const stop = ann.sync.onChange(() => ann.sync.status.phase === 'synced' && seen.push(ann.sync.status.cursor))
    ann.link.toClient = () => 'deliver'
    await ann.sync.synced()
    stop()
    expect(await ann.log()).toHaveLength(1)
    expect(seen.every((cursor) => cursor >= 1)).toBe(true)
  })

  it('of many lists drains while one is refused for ever', async () => {
    server.close()
    server = createSyncServer({
      store: authority,
      heartbeatMs: 200,
      validate(commit) {
        if (commit.events.some(({ stream }) => stream === 'List-7')) throw new Error('no')
      },
    })
    const ann = device()
    ann.link.online = false
    for (let i = 0; i < 200; i++) for (const item of ['x', 'y']) await ann.add(String(i), item)
    ann.link.online = true
    await until('the other 199 lists on the authority', async () => (await authority.head()) === 398)
    await settled(ann)
    expect(await ann.sync.inbox.list()).toHaveLength(2)
    expect(await ann.items('7')).toEqual([])
    expect(await ann.items('8')).toEqual(['x', 'y'])
    expect((await ann.sync.inbox.list()).map(({ code }) => code)).toEqual(['validation-failed', 'validation-failed'])
    await ann.sync.inbox.discard((await ann.sync.inbox.list())[0]?.commitId ?? '')
    expect(await ann.sync.inbox.list()).toHaveLength(1)
  })
})

describe('a commit the server cannot take', () => {
  it('goes to the inbox without being sent, and holds up nothing', async () => {
    server.close()
    server = createSyncServer({ store: authority, heartbeatMs: 200, limits: { eventsPerCommit: 2 } })
    const ann = device()
    ann.link.online = false
    for (const item of ['a', 'b', 'c']) await ann.add('food', item)
    await ann.app.execute(List, 'food', 'removeAll')
    await ann.add('tools', 'saw')
    ann.link.online = true
    await settled(ann)
    expect(await ann.sync.inbox.list()).toMatchObject([{ code: 'commit-too-big', command: { name: 'removeAll' } }])
    expect(await ann.items('food')).toEqual(['a', 'b', 'c'])
    expect(await ann.items('tools')).toEqual(['saw'])
    expect(ann.link.connections).toBe(1)
  })
})

describe('a commit appended without a command or a name', () => {
  it('is pushed like any other', async () => {
    const ann = device()
    const event = { id: newId(), stream: 'List-food', type: 'Added', data: { item: 'bread' } }
    await ann.replica.append({ events: [event], expect: { 'List-food': 'none' } })
    await until('it on the authority', async () => (await authority.head()) === 1)
    await settled(ann)
    expect(await ann.sync.inbox.list()).toEqual([])
    expect(await bytes(ann.replica)).toBe(await bytes(authority))
  })
})

describe('exactly once', () => {
  it('holds when the answer to a push is lost', async () => {
    const ann = device()
    await settled(ann)
    let lost = 0
    ann.link.toClient = (text) => (text.includes('"type":"pushed"') && lost++ === 0 ? 'cut' : 'deliver')
    const receipt = await ann.add('food', 'bread')
    expect((await receipt.confirmed).outcome).toBe('confirmed')
    await settled(ann)
    expect(lost).toBeGreaterThan(0)
    expect(await authority.head()).toBe(1)
  })

  it('holds when both the answer and the log are lost, and others write on', async () => {
    const [ann, bob] = [device(), device()]
    await settled(ann, bob)
    ann.link.toClient = (text) => (/"type":"(pushed|batch)"/.test(text) ? 'cut' : 'deliver')
    const receipt = await ann.add('food', 'bread')
    await until('the push stored', async () => (await authority.head()) === 1)
    await settled(bob)
    await (
      await bob.add('food', 'milk')
    ).confirmed
    ann.link.toClient = () => 'deliver'
    expect(await receipt.confirmed).toMatchObject({ outcome: 'confirmed', events: [{ position: 1 }] })
    await settled(ann, bob)
    expect(await ann.items('food')).toEqual(['bread', 'milk'])
  })

  it('answers for a commit again after a restart of the app', async () => {
    const ann = device()
    ann.link.online = false
    const { commitId } = await ann.add('food', 'bread')
    await ann.restart()
    const later: Promise<Verdict> = ann.app.verdict(commitId)
    ann.link.online = true
    expect((await later).outcome).toBe('confirmed')
    await ann.restart()
    expect((await ann.app.verdict(commitId)).outcome).toBe('confirmed')
    await expect(ann.app.verdict('0190c9a4-5b1e-7c3d-8f00-2b6a1d9e4c77')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('what is lost on the way', () => {
  it('is noticed by the ranges and asked for again: a batch', async () => {
    const [ann, bob] = [device(), device()]
    await settled(ann, bob)
    let dropped = 0
    bob.link.toClient = (text) =>
      text.includes('"type":"batch"') && text.includes('bread') && dropped++ === 0 ? 'drop' : 'deliver'
    await (
      await ann.add('food', 'bread')
    ).confirmed
    await (
      await ann.add('food', 'milk')
    ).confirmed
    await settled(ann, bob)
    expect(dropped).toBeGreaterThan(0)
    expect(await bob.items('food')).toEqual(['bread', 'milk'])
  })

  it('is noticed by the heartbeat when nothing follows it', async () => {
    const [ann, bob] = [device(), device()]
    await settled(ann, bob)
    let dropped = 0
    bob.link.toClient = (text) => (text.includes('"type":"batch"') && dropped++ < 2 ? 'drop' : 'deliver')
    await (
      await ann.add('food', 'bread')
    ).confirmed
    await settled(ann, bob)
    expect(bob.link.connections).toBe(1)
  })

  it('is noticed by silence: a push without an answer', async () => {
    const ann = device()
    await settled(ann)
    let quiet = true
    ann.link.toClient = () => (quiet ? 'drop' : 'deliver')
    const receipt = await ann.add('food', 'bread')
    await until('a new connection', () => ann.link.connections > 1)
    quiet = false
    expect((await receipt.confirmed).outcome).toBe('confirmed')
  })
})

describe('an authority', () => {
  it('that is another one stops the client, and its pending work stays', async () => {
    const ann = device()
    await (
      await ann.add('food', 'bread')
    ).confirmed
    await settled(ann)
    ann.link.online = false
    await ann.add('food', 'milk')
    const restored = createSyncServer({ store: memoryStore(), heartbeatMs: 200 })
    ann.link.server = restored
    ann.link.online = true
    await until('the client stalled', () => ann.sync.status.phase === 'stalled')
    expect(ann.sync.status.reason?.code).toBe('server-rolled-back')
    expect(await ann.items('food')).toEqual(['bread', 'milk'])
    expect(await ann.sync.pending()).toHaveLength(1)
    restored.close()
  })

  it('written to by a backend is seen live, and decided on', async () => {
    const ann = device()
    await settled(ann)
    const backend = createApplication({ name: 'Backend', aggregates: [List], store: authority })
    await backend.execute(List, 'food', 'add', 'bread')
    await until('the item on the device', async () => (await ann.items('food')).includes('bread'))
  })
})

describe('a replica', () => {
  it('keeps only what it follows, and can follow something else', async () => {
    const ann = device()
    for (const list of ['a1', 'a2', 'b1']) await (await ann.add(list, 'x')).confirmed
    const bob = device(undefined, ['List-a1'])
    await settled(ann, bob)
    expect((await bob.log()).map(({ stream }) => stream)).toEqual(['List-a1'])
    await bob.sync.follow(['List-a', 'List-b'])
    await until('the other lists', async () => (await bob.log()).length === 3)
    expect((await bob.log()).map(({ position }) => position)).toEqual([1, 2, 3])
    await bob.sync.follow(['List-b'])
    await until('only one list', async () => (await bob.log()).length === 1)
    await expect(bob.sync.follow(['List-', 'List-b'])).rejects.toMatchObject({ code: 'bad-configuration' })
  })

  it('was never told of an authority: its log is its own, and becomes pending work', async () => {
    const ann = device()
    await ann.sync.close()
    await ann.add('food', 'bread')
    expect(await ann.log()).toHaveLength(1)
    await ann.restart()
    await settled(ann)
    expect((await ann.log()).map(({ position }) => position)).toEqual([1])
  })

  it('draws a verdict on confirmed state only: what depends on pending work is held', async () => {
    const [ann, bob] = [device(), device()]
    await settled(ann, bob)
    bob.link.online = false
    // Bob fills the list; then Ann fills it too: whichever of Bob's no longer fits is refused, the first one is not.
    const receipts = [await bob.add('food', 'b1'), await bob.add('food', 'b2'), await bob.add('food', 'b3')]
    for (const item of ['a1', 'a2']) await (await ann.add('food', item)).confirmed
    bob.link.online = true
    const outcomes = (await Promise.all(receipts.map(({ confirmed }) => confirmed))).map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['confirmed', 'refused', 'refused'])
    // Each was decided when nothing of the list was confirmed; what the others have done since is no part of that.
    expect((await bob.sync.inbox.list()).map(({ before }) => before)).toEqual([{ items: [] }, { items: [] }])
    await settled(ann, bob)
    expect(await bob.items('food')).toEqual(['a1', 'a2', 'b1'])
  })
})
