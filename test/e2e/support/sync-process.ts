import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const main = join(import.meta.dirname, '../../../dist/sync-server/main.js')

/** The sync server as a process of its own over an SQLite file, that can go away and come back under its address. */
export interface SyncProcess {
  readonly url: string
  start(): Promise<void>
  stop(): Promise<void>
  /** Stops it, and deletes its data. */
  close(): Promise<void>
}

/** Starts the compiled sync server for pages of one origin. */
export async function syncProcess(origin: string): Promise<SyncProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-authority-'))
  let child: ChildProcess | undefined
  let url = ''
  const start = async (): Promise<void> => {
    const port = url === '' ? '0' : new URL(url).port
    const store = `sqlite:${join(folder, 'authority.db')}`
    const args = [main, 'serve', '--store', store, '--port', port, '--allow-origin', origin]
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    url = await listeningUrl(child)
  }
  const stop = async (): Promise<void> => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null) return
    running.kill('SIGTERM')
    await once(running, 'exit')
  }
  await start()
  return {
    url,
    start,
    stop,
    async close() {
      await stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/** The address it says it listens on, on either output; rejects with what it said when it ends instead. */
function listeningUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface(stream).on('line', (line) => {
        said.push(line)
        const url = /listening.*?(ws:\/\/[\w.:]+)/.exec(line)?.[1]
        if (url !== undefined) resolve(`${url}/`)
      })
    }
    child.once('exit', () => reject(new Error(`the sync server ended: ${said.join('\n')}`)))
  })
}
