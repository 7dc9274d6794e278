import type { BrowserContextOptions } from 'playwright'
import type { DemoSite } from './support/demo-site.ts'
import type { SyncProcess } from './support/sync-process.ts'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { demoSite } from './support/demo-site.ts'
import { DemoUser } from './support/demo-user.ts'
import { syncProcess } from './support/sync-process.ts'

let site: DemoSite
let server: SyncProcess
const users: DemoUser[] = []

beforeAll(async () => {
  site = await demoSite()
})
beforeEach(async () => {
  server = await syncProcess(site.origin)
})
afterEach(async () => {
  await Promise.all(users.splice(0).map((user) => user.close()))
  await server.close()
  await site.start().catch(() => undefined)
})
afterAll(() => site.close())

async function visit(hash = '', options: BrowserContextOptions = {}): Promise<DemoUser> {
  const user = await DemoUser.open(`${site.origin}/?server=${server.url}${hash}`, options)
  users.push(user)
  return user
}

test('a board made without any server is there after a reload without any server', async () => {
  const ann = await visit()
  await ann.status('Synced')
  await ann.installed()
  await server.stop()
  await site.stop()
  await ann.status('Offline')
  await ann.createBoard('Garden')
  await ann.add('To do', 'Plant beans')
  await ann.status('2 to send')
  await ann.page.reload()
  await ann.card('To do', 'Plant beans').waitFor()
  await ann.status('2 to send')
  await server.start()
  await ann.online()
  expect(await ann.page.getByText('to send').count()).toBe(0)
})

test('what breaks the limit of a column after all is found in the inbox, retried and discarded', async () => {
  const ann = await visit()
  await ann.createBoard('Team')
  await ann.add('Doing', 'Old work')
  for (const title of ['Ann one', 'Ann two', 'Bob one', 'Bob two']) await ann.add('To do', title)
  await ann.status('Synced')
  const bob = await visit(new URL(ann.page.url()).hash)
  await bob.card('To do', 'Bob two').waitFor()
  await bob.status('Synced')

  await server.stop()
  await Promise.all([ann.status('Offline'), bob.status('Offline')])
  for (const title of ['Ann one', 'Ann two']) {
    await ann.moveRight('To do', title)
    await ann.card('Doing', title).waitFor()
  }
  for (const title of ['Bob one', 'Bob two']) {
    await bob.moveRight('To do', title)
    await bob.card('Doing', title).waitFor()
  }
  await server.start()
  // Each of them may be the first: the server judges by who comes, not by who was earlier.
  await Promise.all([ann.online(), bob.online()])
  await ann.card('Doing', 'one').waitFor()
  const waiting = (user: DemoUser) => user.page.getByRole('button', { name: 'Inbox' }).filter({ hasText: '2' })
  await waiting(ann).or(ann.card('Doing', 'Ann two')).waitFor()
  const [late, early] = (await waiting(ann).isVisible()) ? [ann, bob] : [bob, ann]
  const [lateName, earlyName] = late === ann ? ['Ann', 'Bob'] : ['Bob', 'Ann']
  await waiting(late).click()
  const entry = (title: string) => late.page.getByRole('listitem', { name: `Move “${title}” to Doing` })
  await entry(`${lateName} one`).getByText('Doing already holds 3 of 3').waitFor()
  await entry(`${lateName} two`).getByRole('button', { name: 'Discard' }).click()
  await entry(`${lateName} two`).waitFor({ state: 'detached' })
  await entry(`${lateName} one`).getByRole('button', { name: 'Retry' }).click()
  await entry(`${lateName} one`).getByText('Still not possible').waitFor()

  await early.moveRight('Doing', 'Old work')
  await late.card('Done', 'Old work').waitFor({ state: 'attached' })
  await entry(`${lateName} one`).getByRole('button', { name: 'Retry' }).click()
  await late.page.getByText('Nothing waits for you').waitFor()
  await early.card('Doing', `${lateName} one`).waitFor()
  await early.card('To do', `${lateName} two`).waitFor()
  await early.card('Doing', `${earlyName} two`).waitFor()
})

test('the keyboard does everything: it walks, moves, renames and opens', async () => {
  const ann = await visit()
  await ann.page.locator('summary', { hasText: 'Who are you?' }).press('Enter')
  await ann.page.getByLabel('Your name').waitFor()
  await ann.page.keyboard.type('Ann')
  await ann.page.keyboard.press('Enter')
  await ann.page.locator('summary', { hasText: 'Ann' }).waitFor()
  await ann.createBoard('Keys')
  await ann.add('To do', 'First')
  await ann.add('To do', 'Second')
  await ann.card('To do', 'First').focus()
  const focused = () => ann.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
  await ann.page.keyboard.press('ArrowDown')
  expect(await focused()).toContain('Second')
  await ann.page.keyboard.press('Shift+ArrowUp')
  await expect
    .poll(() => ann.page.getByRole('region', { name: 'To do' }).getByRole('article').allInnerTexts())
    .toSatisfy((texts: string[]) => texts[0]?.startsWith('Second') === true)
  await ann.page.keyboard.press('Shift+ArrowRight')
  await ann.card('Doing', 'Second').waitFor()
  await expect.poll(focused).toContain('Second')
  await ann.page.keyboard.press('Enter')
  await ann.page.keyboard.type('Renamed')
  await ann.page.keyboard.press('Enter')
  await ann.card('Doing', 'Renamed').waitFor()
  await expect.poll(focused).toContain('Renamed')
  await ann.page.keyboard.press('Space')
  await ann.page.getByRole('dialog', { name: 'Card' }).waitFor()
  await ann.page.keyboard.press('Escape')
  await ann.page.getByRole('dialog', { name: 'Card' }).waitFor({ state: 'detached' })
  expect(await focused()).toContain('Renamed')
})

test('on a phone nothing is wider than the screen, and a card moves by its buttons', async () => {
  const ann = await visit('', { viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true })
  const width = () => ann.page.evaluate(() => document.documentElement.scrollWidth)
  expect(await width()).toBe(375)
  await ann.createBoard('A board with quite a long name that has to break somewhere')
  await ann.add('To do', 'Averylongwordthatdoesnotfitintoacolumnofaphonehoweveryouturnitaround')
  await ann.add('To do', 'Short')
  expect(await width()).toBe(375)
  await ann.page.getByRole('button', { name: 'Move Short right' }).tap()
  await ann.card('Doing', 'Short').waitFor()
  await ann.page.getByRole('button', { name: 'Open Short' }).tap()
  await ann.page.getByRole('button', { name: 'Done 0' }).tap()
  await ann.card('Done', 'Short').waitFor()
  await ann.page.getByRole('button', { name: 'Inbox' }).tap()
  await ann.page.getByText('Nothing waits for you').waitFor()
  expect(await width()).toBe(375)
})

test('what is done in one tab shows in another, and on another device', async () => {
  const ann = await visit()
  await ann.createBoard('Live')
  const hash = new URL(ann.page.url()).hash
  const bob = await visit(hash)
  await bob.page.getByRole('heading', { name: 'Live' }).waitFor()
  const tab = await bob.page.context().newPage()
  await tab.goto(bob.page.url())
  await ann.add('To do', 'Hello')
  for (const page of [bob.page, tab]) await page.getByRole('article').filter({ hasText: 'Hello' }).waitFor()
  await tab.getByRole('article').dragTo(tab.getByRole('region', { name: 'Done' }))
  await Promise.all([ann.card('Done', 'Hello').waitFor(), bob.card('Done', 'Hello').waitFor()])
})
