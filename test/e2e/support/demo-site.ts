import type { AddressInfo } from 'node:net'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'

const top = join(import.meta.dirname, '../../..')
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
}

/** The demo as built for production, on a web server that can go away and come back under its address. */
export interface DemoSite {
  readonly origin: string
  start(): Promise<void>
  stop(): Promise<void>
  /** Stops it, and deletes what was built. */
  close(): Promise<void>
}

/** Builds the demo and serves it. */
export async function demoSite(): Promise<DemoSite> {
  const outDir = mkdtempSync(join(tmpdir(), 'headwater-demo-'))
  // In a process of its own: under NODE_ENV=test, as here, what is built is not what is shipped.
  const vite = [join(top, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error', '--outDir', outDir]
  await promisify(execFile)(process.execPath, vite, { cwd: top, env: { ...process.env, NODE_ENV: 'production' } })
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const file = join(outDir, path === '/' ? 'index.html' : path)
    readFile(file).then(
      (content) => response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream').end(content),
      () => response.writeHead(404).end(),
    )
  })
  let port = 0
  const start = async (): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  await start()
  return {
    origin: `http://127.0.0.1:${port}`,
    start,
    stop,
    async close() {
      await stop()
      rmSync(outDir, { recursive: true })
    },
  }
}
