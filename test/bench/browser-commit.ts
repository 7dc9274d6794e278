import type { BenchWindow } from './support/page.ts'
import type { Scenario } from './support/scenario.ts'
import { inTurn } from './support/rounds.ts'
import { withPage } from './support/browser.ts'

const ROUNDS = 40
const COMMITS = 50

/** What a user waits for in a browser: a command until its commit is durable on the device. */
export const browserCommit: Scenario = {
  name: 'browser-commit',
  about: 'execute on an idbReplica in Chromium until durable; raw: one strict transaction with one put of the same payload',
  run: (report) =>
    withPage(async ({ page }) => {
      await page.evaluate(async () => {
        const global = globalThis as unknown as BenchWindow
        global.commits = await global.headwater.openCommits()
      })
      const ours = (): Promise<number> =>
        page.evaluate((count) => (globalThis as unknown as BenchWindow).commits.ours(count), COMMITS)
      const raw = (): Promise<number> =>
        page.evaluate((count) => (globalThis as unknown as BenchWindow).commits.raw(count), COMMITS)
      const rate = (ms: number): number => (COMMITS * 1000) / ms
      const [a, b] = await inTurn(
        ROUNDS,
        async () => rate(await ours()),
        async () => rate(await raw()),
      )
      report({ what: 'execute, one commit after the other', unit: 'commits/s', ours: a!, raw: b!, aim: 0.7 })
    }),
}
