import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { bundleModules } from './bundle.ts'

/** A running server of one page. */
export interface PageServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves one page whose `window.headwater` holds the exports of some modules of this repository.
 *
 * Its origin stays the same while it runs, so that browsers started one after another find their data.
 *
 * @example
 * const server = await servePage(['adapters/idb/index.ts'])
 */
export async function servePage(modules: readonly string[]): Promise<PageServer> {
  const script = await bundleModules(modules)
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><meta charset="utf-8"><title>Page</title><script src="/page.js"></script>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
