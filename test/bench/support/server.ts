import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A sync server in a process of its own, as `headwater serve` starts it. */
export interface Server {
  readonly url: string
  stop(): Promise<void>
}

/** @param origin of the page that may connect */
export async function startServer(store: string, origin?: string): Promise<Server> {
  const main = join(import.meta.dirname, '../../../dist/sync-server/main.js')
  const allow = origin === undefined ? [] : ['--allow-origin', origin]
  const child = spawn(process.execPath, [main, 'serve', '--store', store, '--port', '0', ...allow], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited])) as [unknown]
  const url = /ws:\S+[0-9]/.exec(String(line))?.[0]
  if (url === undefined) throw new Error(`the sync server did not start: ${String(line)}`)
  return {
    url,
    async stop() {
      child.kill()
      await exited
    },
  }
}
