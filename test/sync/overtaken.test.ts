import { expect, test } from 'vitest'
import { createApplication, memoryStore } from '../../src/index.ts'
import { createSyncServer } from '../../sync-server/index.ts'
import { List } from '../examples/board.ts'
import { Device, until } from '../support/device.ts'

test('a conflict whose events the log brought before the answer is pushed again at once, not at the next heartbeat', async () => {
  const authority = memoryStore()
  // The answer to a push comes after the log: the commit has been decided again by then.
  const server = createSyncServer({
    store: authority,
    heartbeatMs: 60_000,
    validate: () => until('the log on the device', () => bob.sync.status.cursor === 1),
  })
  const bob = new Device(server)
  await until('the first connection', () => bob.sync.status.phase === 'synced')
  bob.link.online = false
  const { confirmed } = await bob.add('food', 'milk')
  await createApplication({ name: 'Backend', aggregates: [List], store: authority }).execute(List, 'food', 'add', 'bread')
  bob.link.online = true
  expect((await confirmed).outcome).toBe('confirmed')
  await until('the end', () => bob.sync.status.phase === 'synced')
  expect(await bob.items('food')).toEqual(['bread', 'milk'])
  await bob.sync.close()
  server.close()
})
