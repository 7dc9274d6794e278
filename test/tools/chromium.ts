import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * The Chromium that browser tests run in: `CHROMIUM_PATH`, else the system's, else Playwright's own download.
 * Throws, saying how to get one, when there is none: a browser test is never skipped for want of a browser.
 */
export function chromiumPath(): string {
  const path = findChromium(process.env)
  if (path !== undefined) return path
  throw new Error(
    'No Chromium found, and the tests need a real one: install it (Debian: apt-get install -y chromium), ' +
      'or run npx playwright install chromium, or set CHROMIUM_PATH to one.',
  )
}

/** Like {@link chromiumPath}, but `undefined` when there is none. A `CHROMIUM_PATH` that does not exist throws. */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const chosen = env['CHROMIUM_PATH']
  if (chosen !== undefined && chosen !== '') {
    if (existsSync(chosen)) return chosen
    throw new Error(`CHROMIUM_PATH is "${chosen}", and no file is there: correct it, or unset it to use the system's Chromium.`)
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const inPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...inPath, ...places, chromium.executablePath()].find((path) => existsSync(path))
}
