import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { idbStorage } from '../../adapters/idb/index.ts'
import type { PageServer } from './support/page-server.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { servePage } from './support/page-server.ts'
import { startBrowser } from './support/profile-browser.ts'

type PageGlobals = typeof globalThis & {
  readonly headwater: { readonly idbStorage: typeof idbStorage }
  readonly acknowledge: (count: number) => void
}

const folder = mkdtempSync(join(tmpdir(), 'headwater-profile-'))
let server: PageServer | undefined

beforeAll(async () => {
  server = await servePage(['adapters/idb/index.ts'])
})

afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, maxRetries: 5 })
})

/** Commits in a page as fast as it can, kills the browser when so many are acknowledged; resolves to the last of them. */
async function commitAndKill(more: number): Promise<number> {
  const browser = await startBrowser(folder)
  try {
    let acknowledged = 0
    let first: number | undefined
    let reached: () => void = () => undefined
    const enough = new Promise<void>((resolve) => (reached = resolve))
    const page = await browser.context.newPage()
    await page.exposeFunction('acknowledge', (count: number) => {
      first ??= count
      acknowledged = Math.max(acknowledged, count)
      if (count - first >= more) reached()
    })
    await page.goto(server?.url ?? '')
    const committing = page.evaluate(commitForEver)
    await Promise.race([enough, committing])
    await browser.kill()
    await committing.catch(() => undefined)
    return acknowledged
  } finally {
    await browser.kill()
  }
}

/** Runs in the page. */
async function commitForEver(): Promise<void> {
  const { headwater, acknowledge } = globalThis as PageGlobals
  const storage = headwater.idbStorage({ name: 'crash' })
  for (;;) {
    const count = await storage.transact('durable', async (transaction) => {
      const next = Number((await transaction.get('meta', 'count'))?.value ?? '0') + 1
      transaction.put('receipts', { key: `receipt-${next}`, value: String(next) })
      transaction.put('pending', { key: next, streams: ['Dog-a', `Dog-${next}`], value: 'x'.repeat(next % 5000) })
      transaction.put('meta', { key: 'count', value: String(next) })
      return next
    })
    acknowledge(count)
  }
}

interface Found {
  readonly count: number
  readonly pending: readonly (number | string)[]
  readonly byStream: readonly (number | string)[]
  readonly receipts: number
}

async function look(): Promise<Found> {
  const browser = await startBrowser(folder)
  try {
    const page = await browser.context.newPage()
    await page.goto(server?.url ?? '')
    return await page.evaluate(() => {
      const storage = (globalThis as PageGlobals).headwater.idbStorage({ name: 'crash' })
      return storage.transact('read', async (transaction) => ({
        count: Number((await transaction.get('meta', 'count'))?.value),
        pending: (await transaction.range('pending')).map(({ key }) => key),
        byStream: (await transaction.byStream('pending', 'Dog-a')).map(({ key }) => key),
        receipts: await transaction.count('receipts'),
      }))
    })
  } finally {
    await browser.close()
  }
}

test('when the browser is killed, every acknowledged transaction is there after a restart, and none is half there', async () => {
  for (const more of [1, 40, 150]) {
    const acknowledged = await commitAndKill(more)
    const { count, pending, byStream, receipts } = await look()
    expect(count).toBeGreaterThanOrEqual(acknowledged)
    expect(pending).toEqual(Array.from({ length: count }, (_, n) => n + 1))
    expect(byStream).toEqual(pending)
    expect(receipts).toBe(count)
  }
})
