import type { ChildProcess } from 'node:child_process'
import type { BrowserContext } from 'playwright'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright'
import { chromiumPath } from '../../tools/chromium.ts'

const options = [
  '--headless',
  '--remote-debugging-port=0',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--password-store=basic',
  '--use-mock-keychain',
  // Chromium's sandbox refuses to run as root, as containers do.
  '--no-sandbox',
]

/** A Chromium of our own process, with its data in a folder. */
export interface ProfileBrowser {
  /** The context that lives in the folder. */
  readonly context: BrowserContext
  /** Ends it as a user does. */
  close(): Promise<void>
  /** Ends it and its children with SIGKILL, as a crash of the machine's memory manager would; resolves when it is gone. */
  kill(): Promise<void>
}

/**
 * Starts Chromium on a profile folder; started again on the same folder it finds what the one before had stored.
 *
 * Playwright's own persistent context gives no process to kill.
 *
 * @example
 * const browser = await startBrowser(mkdtempSync(join(tmpdir(), 'profile-')))
 */
export async function startBrowser(folder: string): Promise<ProfileBrowser> {
  const grouped = process.platform !== 'win32'
  const child = spawn(chromiumPath(), [...options, `--user-data-dir=${folder}`, 'about:blank'], {
    // A group of its own, so that its children can be killed with it.
    detached: grouped,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  const kill = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      if (grouped) process.kill(-child.pid, 'SIGKILL')
      else child.kill('SIGKILL')
    }
    await exited
    if (grouped && child.pid !== undefined) await groupGone(child.pid)
  }
  try {
    const browser = await chromium.connectOverCDP(await debuggingUrl(child))
    const [context] = browser.contexts()
    if (context === undefined) throw new Error('the browser has no context')
    return {
      context,
      kill,
      async close() {
        const session = await browser.newBrowserCDPSession()
        // The answer may be lost with the connection; that the process ends is what counts.
        await Promise.race([session.send('Browser.close').catch(() => undefined), exited])
        await exited
      },
    }
  } catch (error) {
    await kill()
    throw error
  }
}

async function debuggingUrl({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error('the browser has no output')
  const output: string[] = []
  for await (const line of createInterface({ input: stderr })) {
    const url = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (url !== undefined) {
      stderr.resume()
      return url
    }
    output.push(line)
  }
  throw new Error(`the browser ended before it listened:\n${output.join('\n')}`)
}

/** A child that outlives the browser may still write to the profile, under the browser that is started next. */
async function groupGone(group: number): Promise<void> {
  // Zombies that nobody reaps count as members, and write nothing: so it is bounded.
  for (const end = Date.now() + 1000; Date.now() < end;) {
    try {
      process.kill(-group, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
