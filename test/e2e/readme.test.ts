import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { PageServer } from './support/page-server.ts'
import type { ProfileBrowser } from './support/profile-browser.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { promisedOutput, readmeFiles, withStore } from '../readme/readme-files.ts'
import { AuthorityProcess } from '../support/authority-process.ts'
import { servePage } from './support/page-server.ts'
import { startBrowser } from './support/profile-browser.ts'

const top = join(import.meta.dirname, '../..')
const files = readmeFiles()
let code = ''
let data = ''
let browser: ProfileBrowser
const served: PageServer[] = []

beforeAll(async () => {
  mkdirSync(join(top, 'dist/readme'), { recursive: true })
  // Within the package, so that it finds itself by name as a user's code would.
  code = mkdtempSync(join(top, 'dist/readme/'))
  data = mkdtempSync(join(tmpdir(), 'headwater-readme-'))
  for (const [name, text] of files) writeFileSync(join(code, name), text)
  browser = await startBrowser(join(data, 'profile'))
})

afterAll(async () => {
  await browser.kill()
  for (const pages of served) await pages.close()
  for (const folder of [code, data]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** Serves a file as a page. */
async function serve(name: string, text: string): Promise<PageServer> {
  // A page's script is no module with a top-level await: the example's body becomes a function.
  const lines = text.split('\n')
  const imports = lines.filter((line) => line.startsWith('import '))
  const body = lines.filter((line) => !line.startsWith('import ')).map((line) => line.replace(/^export /, ''))
  writeFileSync(join(code, name), [...imports, 'export const done = (async () => {', ...body, '})()'].join('\n'))
  const pages = await servePage([relative(top, join(code, name))])
  served.push(pages)
  return pages
}

/** Opens a page; gives what it prints, as Node would print it. */
async function printedBy(url: string): Promise<() => Promise<readonly string[]>> {
  const page = await browser.context.newPage()
  await page.addInitScript(() => {
    const printed: string[] = []
    const show = (value: unknown): string =>
      Array.isArray(value) ? `[ ${value.map((item) => `'${String(item)}'`).join(', ')} ]`.replace('[  ]', '[]') : String(value)
    Object.assign(console, { log: (...values: unknown[]) => void printed.push(values.map(show).join(' ')) })
    addEventListener('unhandledrejection', ({ reason }) => void printed.push(String(reason)))
    Object.assign(globalThis, { printed })
  })
  await page.goto(url)
  return () => page.evaluate(() => (globalThis as unknown as { printed: string[] }).printed)
}

test.each(['school.ts', 'school-of-classes.ts'])(
  "the README's %s prints what it says, over IndexedDB in a browser",
  async (name) => {
    const example = files.get(name) ?? ''
    const imports = "import { idbReplica } from 'headwater/adapters/idb'"
    const { url } = await serve(`idb-${name}`, withStore(example, `idbReplica({ name: '${name}' })`, imports))
    await expect.poll(await printedBy(url), { timeout: 20_000 }).toEqual(promisedOutput(example))
  },
)

test("the README's browser.ts is confirmed by a server", async () => {
  const { url } = await serve(
    'browser-page.ts',
    (files.get('browser.ts') ?? '').replace("'ws://127.0.0.1:8787'", 'location.hash.slice(1)'),
  )
  const authority = new AuthorityProcess(join(data, 'authority.db'), new URL(url).origin)
  await authority.start()
  try {
    await expect
      .poll(await printedBy(`${url}#${authority.url}`), { timeout: 20_000 })
      .toEqual(['confirmed', expect.stringMatching(/^sync(ed|ing)$/), '[]'])
  } finally {
    await authority.stop()
  }
})
