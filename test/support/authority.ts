import type { EventStore } from '../../src/index.ts'
import { createSyncServer, listen } from '../../sync-server/index.ts'
import { altered } from './altered-store.ts'
import { sqliteStore } from '../../adapters/sqlite/index.ts'

/**
 * A sync server as a process of its own: `node --import tsx authority.ts FILE PORT ORIGIN CRASH_AFTER`.
 *
 * With CRASH_AFTER, it dies by SIGKILL right after so many appends are stored, before anybody is answered.
 */
const [file = '', port = '0', origin = '', crashAfter = ''] = process.argv.slice(2)

function dyingAfter(store: EventStore, appends: number): EventStore {
  let left = appends
  return altered(store, {
    async append(batch) {
      const recorded = await store.append(batch)
      if (--left === 0) process.kill(process.pid, 'SIGKILL')
      return recorded
    },
  })
}

const store = sqliteStore({ file })
const server = createSyncServer({
  store: crashAfter === '' ? store : dyingAfter(store, Number(crashAfter)),
  heartbeatMs: 300,
  validate(commit) {
    if (commit.events.some(({ stream }) => stream === 'List-forbidden')) throw new Error('not here')
  },
})
const listening = await listen({ server, port: Number(port), allowOrigins: [origin] })
process.stdout.write(`${listening.url}\n`)
process.once('SIGTERM', () => {
  void listening.close().then(async () => {
    await store.close()
    process.exit(0)
  })
})
