import { describe, expect, it } from 'vitest'
import type { EventStore, Receipt } from '../../src/index.ts'
import { CommandRefused, memoryStore } from '../../src/index.ts'
import { seededRandom } from '../../src/domain/seeded.ts'
import { memoryDisk, memoryReplica } from '../../src/sync/index.ts'
import { createSyncServer } from '../../sync-server/index.ts'
import { List } from '../examples/board.ts'
import { all } from '../support/all.ts'
import type { Fate } from '../support/memory-link.ts'
import { bytes, Device, until } from '../support/device.ts'

const FIRST_SEED = Number(process.env['HEADWATER_SEED'] ?? 1)
const SEEDS = Number(process.env['HEADWATER_SEEDS'] ?? 40)

/** Devices that work, disconnect, lose frames and restart at random; then everything heals. */
async function schedule(seed: number): Promise<void> {
  const random = seededRandom(`schedule ${seed}`)
  const upTo = (n: number): number => Math.floor(random() * n)
  const pick = <T>(items: readonly T[]): T => items[upTo(items.length)] as T
  const authority: EventStore = memoryStore()
  const server = createSyncServer({ store: authority, heartbeatMs: 60 })
  let faults = true
  const devices = Array.from({ length: 2 + upTo(3) }, (_, i) => {
    const device = new Device(server, memoryReplica({ disk: memoryDisk(`device ${seed} ${i}`) }))
    // A greeting that gets lost is waited for many seconds: it is cut instead.
    const fate = (text: string): Fate =>
      !faults || random() < 0.93 ? 'deliver' : random() < 0.5 && !/"type":"(hello|welcome)"/.test(text) ? 'drop' : 'cut'
    device.link.toClient = fate
    device.link.toServer = fate
    return { device, receipts: [] as Receipt[] }
  })
  const lists = ['a', 'b', 'c'].slice(0, 1 + upTo(3))
  const commands = ['add', 'add', 'add', 'remove', 'removeAll', 'force'] as const
  for (let step = 0; step < 40; step++) {
    const { device, receipts } = pick(devices)
    const roll = random()
    if (roll < 0.7) {
      const command = pick(commands)
      const item = `i${upTo(6)}`
      try {
        const args = command === 'removeAll' ? [] : [item]
        const receipt = await device.app.execute(List, pick(lists), command, ...(args as [string]))
        if (receipt.recorded.length > 0) receipts.push(receipt)
      } catch (error) {
        if (!(error instanceof CommandRefused)) throw error
      }
    } else if (roll < 0.8) device.link.online = false
    else if (roll < 0.92) device.link.online = true
    else if (roll < 0.96) await device.restart()
    else await new Promise((resolve) => setTimeout(resolve, upTo(10)))
  }
  faults = false
  for (const { device } of devices) device.link.online = true
  await until(`seed ${seed}: everybody in step`, async () => {
    const head = await authority.head()
    return devices.every(({ device: { sync } }) => sync.status.phase === 'synced' && sync.status.cursor === head)
  })

  const truth = await bytes(authority)
  const events = await all(authority.readAll())
  expect(new Set(events.map(({ id }) => id)).size, `seed ${seed}: each event once`).toBe(events.length)
  for (const { device, receipts } of devices) {
    expect(await bytes(device.replica), `seed ${seed}: the replica's log is the authority's`).toBe(truth)
    expect(await device.sync.pending(), `seed ${seed}: nothing pending`).toEqual([])
    const inbox = new Set((await device.sync.inbox.list()).map(({ commitId }) => commitId))
    for (const { commitId, confirmed } of receipts) {
      const verdict = await confirmed
      const stored = events.filter(({ metadata }) => metadata.commitId === commitId)
      switch (verdict.outcome) {
        case 'confirmed':
        case 'adapted':
          expect(verdict.events, `seed ${seed}: a confirmed commit is stored as its receipt says`).toEqual(
            stored.map(({ id, position }) => ({ id, position })),
          )
          break
        case 'superseded':
          expect(stored, `seed ${seed}: a superseded commit is not stored`).toEqual([])
          break
        case 'refused':
          expect([stored.length, inbox.has(commitId)], `seed ${seed}: a refused commit is in the inbox`).toEqual([0, true])
          break
      }
    }
    for (const list of lists) {
      const folded = await device.app.get(List, list)
      expect(folded.state, `seed ${seed}: the state is the fold of the log`).toEqual(
        (await devices[0]?.device.app.get(List, list))?.state,
      )
    }
  }
  for (const { device } of devices) await device.sync.close()
  server.close()
}

describe('random schedules of work and faults', () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    it.concurrent(`converge, each commit once, none lost: seed ${seed}`, () => schedule(seed), 60_000)
  }
})
