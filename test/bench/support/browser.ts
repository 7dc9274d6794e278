import type { Page } from 'playwright'
import { join } from 'node:path'
import { servePage } from '../../e2e/support/page-server.ts'
import { startBrowser } from '../../e2e/support/profile-browser.ts'
import { withFolder } from './scenario.ts'

/** A page in a Chromium that keeps its data on the disk, with the functions of `page.ts` on its window. */
export interface BenchPage {
  readonly page: Page
  readonly origin: string
  /** A folder on the disk that is removed afterwards. */
  readonly folder: string
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs with such a page; both end with the run. */
export function withPage<T>(run: (bench: BenchPage) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const pages = await servePage(['test/bench/support/page.ts'])
    const browser = await startBrowser(join(folder, 'profile'))
    // Its process group is its own: a signal to this one does not reach it.
    const interrupted = (): void => void browser.kill().then(() => process.exit(130))
    for (const signal of SIGNALS) process.once(signal, interrupted)
    try {
      const page = await browser.context.newPage()
      await page.goto(pages.url)
      return await run({ page, folder, origin: new URL(pages.url).origin })
    } finally {
      for (const signal of SIGNALS) process.off(signal, interrupted)
      await browser.kill()
      await pages.close()
    }
  })
}
