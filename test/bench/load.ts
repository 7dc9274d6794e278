import { join } from 'node:path'
import type { Loading } from './support/on-a-replica.ts'
import type { BenchWindow } from './support/page.ts'
import type { Report } from './support/report.ts'
import type { Scenario } from './support/scenario.ts'
import Database from 'better-sqlite3'
import { createApplication, memoryStore } from 'headwater'
import { sqliteStorage, sqliteStore } from 'headwater/adapters/sqlite'
import { memoryDisk, memoryStorage } from 'headwater/sync'
import { Note } from './support/notes.ts'
import { history } from './support/history.ts'
import { loading, replicaLoading } from './support/on-a-replica.ts'
import { timed } from './support/rounds.ts'
import { withPage } from './support/browser.ts'

const ROUNDS = 30

/** Rebuilding an aggregate from its events, and bringing a remembered one up to date. */
export const load: Scenario = {
  name: 'load',
  about: 'get of an aggregate of 1,000 events in a log of 10,000; raw: SELECT, JSON.parse and fold',
  run: (report) =>
    withPage(async ({ page, folder }) => {
      const file = join(folder, 'store.db')
      const store = await storeLoading(file)
      show(report, 'SQLite store', store, await rawLoading(file))
      show(report, 'memory store', await storeLoading())
      show(report, 'SQLite replica', await replicaLoading(sqliteStorage({ file: join(folder, 'replica.db') }), ROUNDS))
      show(report, 'memory replica', await replicaLoading(memoryStorage(memoryDisk('load')), ROUNDS))
      const inPage = await page.evaluate(
        (rounds) => (globalThis as unknown as BenchWindow).headwater.loadAggregate(rounds),
        ROUNDS,
      )
      show(report, 'IndexedDB replica', inPage)
    }),
}

function show(report: Report, what: string, { cold, forward }: Loading, raw?: readonly number[]): void {
  report({ what: `${what}, from nothing`, unit: 'ms', ours: cold, ...(raw === undefined ? {} : { raw }) })
  report({ what: `${what}, one event more than remembered`, unit: 'ms', ours: forward })
}

async function storeLoading(file?: string): Promise<Loading> {
  const app = createApplication({
    name: 'Bench',
    aggregates: [Note],
    store: file === undefined ? memoryStore() : sqliteStore({ file }),
  })
  for (const events of history(10_000, (n) => (n % 10 === 0 ? 'Note-read' : `Note-${n % 100}`))) {
    const expect = Object.fromEntries(events.map(({ stream }) => [stream, 'any' as const]))
    await app.store.append({
      events: events.map(({ id, stream, type, data, metadata }) => ({ id, stream, type, data, metadata })),
      expect,
    })
  }
  return loading(app, ROUNDS)
}

/** In rounds of their own: reading has little to do with what the disk does meanwhile. */
async function rawLoading(file: string): Promise<number[]> {
  const db = new Database(file)
  const select = db.prepare('SELECT payload FROM headwater_events WHERE stream = ? ORDER BY version LIMIT 1000')
  const found: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    found.push(
      await timed(() => {
        let state = Note.initial
        for (const row of select.all('Note-read') as { readonly payload: string }[]) {
          state = Note.events.Written(state, (JSON.parse(row.payload) as { readonly data: { readonly text: string } }).data)
        }
        if (state.count !== 1000) throw new Error(`expected 1000 events, found ${state.count}`)
      }),
    )
  }
  db.close()
  return found
}
