import { join } from 'node:path'
import type { BenchWindow } from './support/page.ts'
import type { Report } from './support/report.ts'
import type { Scenario } from './support/scenario.ts'
import { WebSocket } from 'ws'
import { sqliteStorage } from 'headwater/adapters/sqlite'
import { startSync } from 'headwater/sync'
import { liveLatencies, notesOn } from './support/on-a-replica.ts'
import { quantile } from './support/report.ts'
import { startServer } from './support/server.ts'
import { withPage } from './support/browser.ts'

const ROUNDS = 5
const SAMPLES = 100

/** Two people work at the same time. */
export const latency: Scenario = {
  name: 'latency',
  about: 'from execute on one device until another shows the event, through a server over SQLite in a process of its own',
  run: (report) =>
    withPage(async ({ page, origin, folder }) => {
      const server = await startServer(`sqlite:${join(folder, 'authority.db')}`, origin)
      const apps = ['a', 'b'].map((name) => notesOn(sqliteStorage({ file: join(folder, `${name}.db`) })))
      const [writer, reader] = [apps[0]!, apps[1]!]
      const syncs = apps.map((app) => startSync(app, { url: server.url, webSocket: WebSocket }))
      try {
        for (const sync of syncs) await sync.synced()
        const inNode: number[][] = []
        const inPage: number[][] = []
        for (let round = 0; round < ROUNDS; round++) {
          inNode.push(await liveLatencies(writer, reader, SAMPLES))
          const args = { url: server.url, samples: SAMPLES }
          inPage.push(
            await page.evaluate(
              ({ url, samples }) => (globalThis as unknown as BenchWindow).headwater.latencies({ url }, samples),
              args,
            ),
          )
        }
        show(report, 'two SQLite replicas in Node', inNode)
        show(report, 'two IndexedDB replicas in a page', inPage)
      } finally {
        for (const sync of syncs) await sync.close()
        for (const app of apps) await app.close()
        await server.stop()
      }
    }),
}

function show(report: Report, what: string, rounds: readonly number[][]): void {
  for (const part of [50, 99])
    report({ what: `${what}, p${part}`, unit: 'ms', ours: rounds.map((one) => quantile(one, part / 100)) })
}
