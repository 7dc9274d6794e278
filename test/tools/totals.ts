import { writeFileSync } from 'node:fs'
import type { Reporter } from 'vitest/node'

/** Writes what a run came to, as JSON, to the file named by `HEADWATER_TOTALS`. A run that crashes writes none. */
export default class Totals implements Reporter {
  onTestRunEnd(...[modules, errors, reason]: Parameters<NonNullable<Reporter['onTestRunEnd']>>): void {
    const file = process.env['HEADWATER_TOTALS']
    if (file === undefined || reason === 'interrupted') return
    const totals = { passed: 0, skipped: 0, failed: errors.length }
    for (const module of modules) {
      // A file that could not be loaded has no tests, and a failed hook fails no test: both must count.
      totals.failed += module.errors().length
      for (const suite of module.children.allSuites()) totals.failed += suite.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        totals[state === 'pending' ? 'failed' : state] += 1
      }
    }
    writeFileSync(file, JSON.stringify(totals))
  }
}
