import type { BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { chromiumPath } from '../../tools/chromium.ts'

/** A person with a browser profile of their own, on the demo. */
export class DemoUser {
  readonly page: Page
  readonly #context: BrowserContext
  readonly #folder: string

  private constructor(context: BrowserContext, page: Page, folder: string) {
    this.#context = context
    this.page = page
    this.#folder = folder
  }

  static async open(url: string, options: BrowserContextOptions = {}): Promise<DemoUser> {
    const folder = mkdtempSync(join(tmpdir(), 'headwater-profile-'))
    const context = await chromium.launchPersistentContext(folder, { executablePath: chromiumPath(), ...options })
    const page = context.pages()[0] ?? (await context.newPage())
    await page.goto(url)
    return new DemoUser(context, page, folder)
  }

  /** Waits until the status says so. */
  async status(word: string): Promise<void> {
    await this.page.getByTestId('sync-status').filter({ hasText: word }).waitFor()
  }

  /** The browser's news that there is a network again: the app does not wait for its next attempt. */
  async online(): Promise<void> {
    await this.page.evaluate(() => globalThis.dispatchEvent(new Event('online')))
    await this.status('Synced')
  }

  /** Waits until reloading works without a web server. */
  async installed(): Promise<void> {
    await this.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  }

  async createBoard(name: string): Promise<void> {
    await this.page.getByLabel('Name of the new board').fill(name)
    await this.page.keyboard.press('Enter')
    await this.page.getByRole('heading', { name }).waitFor()
  }

  async add(column: string, title: string): Promise<void> {
    await this.page.getByLabel(`New card in ${column}`, { exact: true }).fill(title)
    await this.page.keyboard.press('Enter')
    await this.card(column, title).waitFor()
  }

  card(column: string, title: string): Locator {
    return this.page.getByRole('region', { name: column, exact: true }).getByRole('article').filter({ hasText: title })
  }

  /** Moves a card to the next column with the keyboard. */
  async moveRight(column: string, title: string): Promise<void> {
    await this.card(column, title).focus()
    await this.page.keyboard.press('Shift+ArrowRight')
  }

  async close(): Promise<void> {
    await this.#context.close()
    rmSync(this.#folder, { recursive: true, maxRetries: 5 })
  }
}
