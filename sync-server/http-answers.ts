import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { SyncServer } from './server.ts'
import { STATUS_CODES } from 'node:http'

/** `GET /health` says whether clients can be served, as JSON with 200 or 503; there is nothing else over plain HTTP. */
export async function answerHttp(server: SyncServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?')[0]
  if (path !== '/health') return answer(response, 404, { error: 'not-found' })
  if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, { error: 'method-not-allowed' })
  const health = await server.health()
  const { sessions } = server.stats()
  answer(response, health.status === 'ok' ? 200 : 503, { sessions, ...health })
}

/** Refuses a WebSocket before there is one. */
export function refuseUpgrade(socket: Duplex, status: number): void {
  // The other side may never close its half, and would keep the server from closing.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function answer(response: ServerResponse, status: number, body: Readonly<Record<string, string | number>>): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  })
  response.end(JSON.stringify(body))
}
