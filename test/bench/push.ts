import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Scenario } from './support/scenario.ts'
import { WebSocket } from 'ws'
import { sqliteStorage } from 'headwater/adapters/sqlite'
import { startSync } from 'headwater/sync'
import { Note, textOf } from './support/notes.ts'
import { inTurn, rate } from './support/rounds.ts'
import { notesOn } from './support/on-a-replica.ts'
import { startServer } from './support/server.ts'
import { withFolder } from './support/scenario.ts'

const COMMITS = 10_000
const ROUNDS = 3

/** A device comes back with much to tell. */
export const push: Scenario = {
  name: 'push',
  about: `${COMMITS} pending commits from a SQLite replica through one connection to a server over SQLite, until synced`,
  run: (report) =>
    withFolder(async (folder) => {
      const [many, one] = await Promise.all([100, 1].map((streams) => offlineWork(join(folder, `${streams}.db`), streams)))
      const [a, b] = await inTurn(
        ROUNDS,
        (round) => pushAll(many!, join(folder, `many${round}`)),
        (round) => pushAll(one!, join(folder, `one${round}`)),
      )
      report({ what: '100 streams', unit: 'commits/s', ours: a! })
      report({ what: '1 stream', unit: 'commits/s', ours: b! })
    }),
}

async function offlineWork(file: string, streams: number): Promise<string> {
  const app = notesOn(sqliteStorage({ file }))
  for (let n = 0; n < COMMITS; n++) await app.execute(Note, `${n % streams}`, 'write', textOf(n))
  await app.close()
  return file
}

async function pushAll(work: string, name: string): Promise<number> {
  copyFileSync(work, `${name}-device.db`)
  const server = await startServer(`sqlite:${name}-authority.db`)
  const app = notesOn(sqliteStorage({ file: `${name}-device.db` }))
  try {
    return await rate(COMMITS, async () => {
      const sync = startSync(app, { url: server.url, webSocket: WebSocket })
      await sync.synced()
      await sync.close()
    })
  } finally {
    await app.close()
    await server.stop()
  }
}
