import { join } from 'node:path'
import type { BenchWindow } from './support/page.ts'
import type { Scenario } from './support/scenario.ts'
import { sqliteStorage } from 'headwater/adapters/sqlite'
import { memoryDisk, memoryStorage } from 'headwater/sync'
import { inTurn } from './support/rounds.ts'
import { replicaRebase } from './support/on-a-replica.ts'
import { withPage } from './support/browser.ts'

/** A day of offline work meets what others did. */
export const rebase: Scenario = {
  name: 'rebase',
  about: '1,000 pending commits decided again over 100 remote events on their 10 streams, in one transaction',
  run: (report) =>
    withPage(async ({ page, folder }) => {
      const [memory, sqlite, idb] = await inTurn(
        3,
        (round) => replicaRebase(memoryStorage(memoryDisk(`rebase${round}`))),
        (round) => replicaRebase(sqliteStorage({ file: join(folder, `rebase${round}.db`) })),
        () => page.evaluate(() => (globalThis as unknown as BenchWindow).headwater.rebase()),
      )
      report({ what: 'memory', unit: 'ms', ours: memory! })
      report({ what: 'SQLite', unit: 'ms', ours: sqlite! })
      report({ what: 'IndexedDB', unit: 'ms', ours: idb! })
    }),
}
