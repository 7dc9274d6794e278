import { join } from 'node:path'
import type { BenchWindow } from './support/page.ts'
import type { Scenario } from './support/scenario.ts'
import { sqliteStore } from 'headwater/adapters/sqlite'
import { history } from './support/history.ts'
import { inTurn } from './support/rounds.ts'
import { startServer } from './support/server.ts'
import { withPage } from './support/browser.ts'

const EVENTS = 100_000
const STREAMS = 1000
const ROUNDS = 3

/** A new device: everything the authority has, into a browser. */
export const firstSync: Scenario = {
  name: 'first-sync',
  about: `${EVENTS} events in ${STREAMS} streams into Chromium; raw: IndexedDB, a record each, 1,000 per transaction, unique (stream, version)`,
  run: (report) =>
    withPage(async ({ page, origin, folder }) => {
      const file = join(folder, 'authority.db')
      await fill(file)
      const server = await startServer(`sqlite:${file}`, origin)
      const rate = (ms: number): number => (EVENTS * 1000) / ms
      const storing: number[] = []
      try {
        const [real, alone, raw] = await inTurn(
          ROUNDS,
          async (round) => {
            const found = await page.evaluate(
              (url) => (globalThis as unknown as BenchWindow).headwater.firstSync({ url }),
              server.url,
            )
            if (round >= 0) storing.push(rate(found.storing))
            return rate(found.ms)
          },
          async () =>
            rate(
              await page.evaluate(
                ([events = 0, streams = 0]) =>
                  (globalThis as unknown as BenchWindow).headwater.firstSyncWithoutNetwork(events, streams),
                [EVENTS, STREAMS],
              ),
            ),
          async () =>
            rate(
              await page.evaluate(
                ([events = 0, streams = 0]) => (globalThis as unknown as BenchWindow).headwater.rawFirstSync(events, streams),
                [EVENTS, STREAMS],
              ),
            ),
        )
        report({ what: 'server over SQLite, WebSocket, client, replica', unit: 'events/s', ours: real!, raw: raw!, aim: 10 })
        report({ what: 'client and replica, frames in memory', unit: 'events/s', ours: alone!, raw: raw! })
        report({ what: "the replica's transactions alone", unit: 'events/s', ours: storing, raw: raw! })
      } finally {
        await server.stop()
      }
    }),
}

async function fill(file: string): Promise<void> {
  const store = sqliteStore({ file })
  for (const page of history(EVENTS, (n) => `Note-${n % STREAMS}`)) {
    const expect: Record<string, number> = {}
    for (const { stream, version } of page) expect[stream] ??= version - 1
    await store.append({
      events: page.map(({ id, stream, type, data, metadata }) => ({ id, stream, type, data, metadata })),
      expect,
    })
  }
  await store.close()
}
