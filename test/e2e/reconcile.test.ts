import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import type { ListsPage } from './support/lists.ts'
import type { PageServer } from './support/page-server.ts'
import type { ProfileBrowser } from './support/profile-browser.ts'
import { WebSocket } from 'ws'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { sqliteReplica, sqliteStore } from '../../adapters/sqlite/index.ts'
import { createApplication } from '../../src/index.ts'
import { startSync } from '../../src/sync/index.ts'
import { List } from '../examples/board.ts'
import { all } from '../support/all.ts'
import { AuthorityProcess } from '../support/authority-process.ts'
import { until } from '../support/device.ts'
import { servePage } from './support/page-server.ts'
import { startBrowser } from './support/profile-browser.ts'

let pages: PageServer
let folder: string
let file: string
let authority: AuthorityProcess
const browsers: ProfileBrowser[] = []

beforeAll(async () => {
  pages = await servePage(['test/e2e/support/lists.ts'])
})

afterAll(() => pages.close())

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-'))
  file = join(folder, 'authority.db')
  authority = new AuthorityProcess(file, new URL(pages.url).origin)
})

afterEach(async () => {
  for (const browser of browsers.splice(0)) await browser.kill()
  await authority.stop('SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function profile(name: string): Promise<ProfileBrowser> {
  const browser = await startBrowser(join(folder, name))
  browsers.push(browser)
  return browser
}

/** A tab with the lists app open. */
async function tab(browser: ProfileBrowser): Promise<Page> {
  const page = await browser.context.newPage()
  await page.goto(pages.url)
  await page.evaluate((url) => {
    const global = globalThis as unknown as ListsPage
    global.lists = global.headwater.openLists('lists', url)
  }, authority.url)
  return page
}

function run<T>(page: Page, work: (lists: ListsPage['lists']) => Promise<T> | T): Promise<T> {
  return page.evaluate(`(${String(work)})(globalThis.lists)`)
}

function add(page: Page, list: string, item: string): Promise<string> {
  return page.evaluate(([to, what]) => (globalThis as unknown as ListsPage).lists.add(to ?? '', what ?? ''), [list, item])
}

async function stored(): Promise<readonly unknown[]> {
  const store = sqliteStore({ file })
  const events = await all(store.readAll())
  await store.close()
  return events.map(({ position, stream, version, id, type, data, metadata }) => ({
    position,
    stream,
    version,
    id,
    type,
    data,
    metadata,
  }))
}

async function settled(...tabs: Page[]): Promise<void> {
  const head = (await stored()).length
  await until('every tab in step with the authority', async () => {
    const all = await Promise.all(tabs.map((page) => run(page, (lists) => lists.status())))
    return all.every(({ phase, cursor }) => phase === 'synced' && cursor >= head)
  })
}

test('two profiles that were offline come back at once and agree with the server, byte for byte', async () => {
  await authority.start()
  const [ann, bob] = [await tab(await profile('ann')), await tab(await profile('bob'))]
  await add(ann, 'food', 'bread')
  await until('the first item at both', async () => (await run(bob, (lists) => lists.items('food'))).length === 1)
  await authority.stop()
  for (const item of ['a', 'b']) await add(ann, 'food', item)
  for (const item of ['a', 'c']) await add(bob, 'food', item)
  await add(ann, 'tools', 'saw')
  await add(bob, 'books', 'atlas')
  expect(await run(ann, (lists) => lists.pending())).toBe(3)
  await authority.start()
  await settled(ann, bob)
  const truth = await stored()
  expect(await run(ann, (lists) => lists.log())).toEqual(truth)
  expect(JSON.stringify(await run(bob, (lists) => lists.log()))).toBe(JSON.stringify(truth))
  const refused = [...(await run(ann, (lists) => lists.inbox())), ...(await run(bob, (lists) => lists.inbox()))]
  const items = await run(ann, (lists) => lists.items('food'))
  expect(items).toHaveLength(3)
  expect(refused.every(({ code }) => code === 'full')).toBe(true)
  expect(await run(bob, (lists) => lists.items('tools'))).toEqual(['saw'])
  expect(await run(ann, (lists) => lists.items('books'))).toEqual(['atlas'])
})

test('work survives the browser being killed, and reaches the server exactly once', async () => {
  await authority.start()
  await authority.stop()
  const first = await profile('ann')
  const before = await tab(first)
  const commits = [await add(before, 'food', 'bread'), await add(before, 'food', 'milk')]
  await first.kill()
  const after = await tab(await profile('ann'))
  expect(await run(after, (lists) => lists.items('food'))).toEqual(['bread', 'milk'])
  await authority.start()
  await settled(after)
  expect((await stored()).map((event) => (event as { metadata: { commitId: string } }).metadata.commitId)).toEqual(commits)
  const verdict = await after.evaluate((id) => (globalThis as unknown as ListsPage).lists.verdict(id), commits[1] ?? '')
  expect(verdict.outcome).toBe('confirmed')
})

test('a push that was stored by a server that died before answering is stored once, with its first positions', async () => {
  await authority.start(1)
  const ann = await tab(await profile('ann'))
  const commit = await add(ann, 'food', 'bread')
  await authority.died()
  const truth = await stored()
  expect(truth).toHaveLength(1)
  await authority.start()
  const verdict = await ann.evaluate((id) => (globalThis as unknown as ListsPage).lists.verdict(id), commit)
  expect(verdict).toEqual({ outcome: 'confirmed', events: [{ id: (truth[0] as { id: string }).id, position: 1 }] })
  await settled(ann)
  expect(await stored()).toEqual(truth)
})

test('three tabs of one profile: each writes, the leader is closed, work goes on, all show the same', async () => {
  await authority.start()
  const browser = await profile('ann')
  const tabs = [await tab(browser), await tab(browser), await tab(browser)]
  for (const [n, page] of tabs.entries()) await add(page, `list${n}`, `from ${n}`)
  await settled(...tabs)
  const leaders = await Promise.all(tabs.map((page) => run(page, (lists) => lists.status().leader)))
  expect(leaders.filter(Boolean)).toHaveLength(1)
  await tabs[leaders.indexOf(true)]?.close()
  const left = tabs.filter((_, n) => leaders[n] !== true)
  for (const [n, page] of left.entries()) await add(page, 'after', `item ${n}`)
  await until('another leader', async () =>
    (await Promise.all(left.map((page) => run(page, (lists) => lists.status().leader)))).includes(true),
  )
  await settled(...left)
  expect(await stored()).toHaveLength(5)
  for (const page of left) {
    expect(await run(page, (lists) => lists.log())).toEqual(await stored())
    expect(await run(page, (lists) => lists.items('after'))).toEqual(['item 0', 'item 1'])
  }
})

test("a Node program over SQLite and a browser see each other's work live", async () => {
  await authority.start()
  const ann = await tab(await profile('ann'))
  const app = createApplication({ name: 'Lists', aggregates: [List], store: sqliteReplica({ file: join(folder, 'device.db') }) })
  const sync = startSync(app, { url: authority.url, webSocket: WebSocket })
  try {
    await app.execute(List, 'food', 'add', 'from Node')
    await until("Node's item in the browser", async () => (await run(ann, (lists) => lists.items('food'))).length === 1)
    await add(ann, 'food', 'from the browser')
    await until("the browser's item on Node", async () => (await app.get(List, 'food')).state.items.length === 2)
    expect((await app.get(List, 'food')).state.items).toEqual(['from Node', 'from the browser'])
  } finally {
    await sync.close()
    await app.close()
  }
})

test('one stream the server always refuses among 200 does not keep the other 199', async () => {
  await authority.start()
  await authority.stop()
  const ann = await tab(await profile('ann'))
  await run(ann, async (lists) => {
    for (let n = 0; n < 100; n++) await lists.add(`list${n}`, 'x')
    await lists.add('forbidden', 'x')
    for (let n = 100; n < 199; n++) await lists.add(`list${n}`, 'x')
  })
  await authority.start()
  await settled(ann)
  expect(await stored()).toHaveLength(199)
  expect(await run(ann, (lists) => lists.inbox())).toMatchObject([
    { code: 'validation-failed', events: [{ stream: 'List-forbidden' }] },
  ])
})
