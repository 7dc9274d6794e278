import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { runIdbConformance } from './support/conformance-page.ts'
import { expect, test } from 'vitest'
import { servePage } from './support/page-server.ts'
import { startBrowser } from './support/profile-browser.ts'

test('IndexedDB replicas keep the store contract, in a real browser on a persistent profile', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-profile-'))
  const pages = await servePage(['test/e2e/support/conformance-page.ts'])
  const browser = await startBrowser(folder)
  try {
    const page = await browser.context.newPage()
    await page.goto(pages.url)
    const report = await page.evaluate(async () => {
      const { headwater } = globalThis as unknown as { headwater: { runIdbConformance: typeof runIdbConformance } }
      const { passed, failed, results } = await headwater.runIdbConformance()
      return {
        passed,
        failed,
        failures: results.flatMap((result) => (result.outcome === 'failed' ? [`${result.name}: ${String(result.error)}`] : [])),
        skipped: results.flatMap((result) => (result.outcome === 'skipped' ? [`${result.name}: ${result.reason}`] : [])),
      }
    })
    for (const reason of report.skipped) process.stdout.write(`skipped: ${reason}\n`)
    expect(report.failures).toEqual([])
    expect(report.passed).toBeGreaterThan(80)
  } finally {
    await browser.kill()
    await pages.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
})
