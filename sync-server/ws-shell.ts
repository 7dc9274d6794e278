import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type * as Ws from 'ws'
import type { Log } from './log.ts'
import type { SyncServer } from './server.ts'
import { createServer } from 'node:http'
import { HeadwaterError } from '../src/errors.ts'
import { CLOSE } from '../src/sync/protocol/limits.ts'
import { answerHttp, refuseUpgrade } from './http-answers.ts'
import { safeLog } from './log.ts'

/** Where to listen, and to whom. */
export interface ListenOptions {
  readonly server: SyncServer
  /** 0 takes any free port. */
  readonly port: number
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string
  /**
   * Origins of the web pages that may connect, exactly as browsers send them (`https://app.example.com`). Default:
   * none. A connection without an origin does not come from a web page and is judged by its token alone.
   */
  readonly allowOrigins?: readonly string[]
  /** The only path to accept connections on. Default: any. */
  readonly path?: string
  /** Beyond it connections are refused with 503. Default 10 000. */
  readonly maxConnections?: number
  /** A connection that answers no ping for this long is cut. Default 20 000. */
  readonly pingMs?: number
  readonly log?: Log
}

/** A listening sync server. */
export interface Listening {
  readonly port: number
  /** The address for clients on this machine, `ws://127.0.0.1:8787`. */
  readonly url: string
  /** Drains the sync server, then stops listening, within the timeout (10 s). Twice is fine. */
  close(options?: { readonly timeoutMs?: number }): Promise<void>
}

/** UTF-8 needs at most three bytes for a UTF-16 code unit. */
const BYTES_PER_UNIT = 3

/**
 * Puts a sync server behind WebSockets, with `GET /health` beside them.
 *
 * Rejects with the error of the port (`EADDRINUSE`, say), and with `missing-driver` when `ws` is not installed.
 *
 * @example const listening = await listen({ server, port: 8787, allowOrigins: ['https://app.example.com'] })
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { server, port, host = '127.0.0.1' } = options
  const sockets = await newWebSocketServer(server.limits.messageLength * BYTES_PER_UNIT)
  const shell = new Shell(sockets, options)
  const http = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    void answerHttp(server, request, response)
  })
  http.maxHeadersCount = 100
  http.on('upgrade', (request, socket, head) => shell.upgrade(request, socket, head))
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, host, () => {
      http.off('error', reject)
      resolve()
    })
  })
  const address = http.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  shell.start()
  let closing: Promise<void> | undefined
  const close = async (timeoutMs: number): Promise<void> => {
    const closed = new Promise<void>((resolve) => http.close(() => resolve()))
    await server.drain({ timeoutMs: timeoutMs * 0.8 })
    await shell.stop(timeoutMs * 0.2)
    http.closeAllConnections()
    await closed
  }
  return {
    port: bound,
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: ({ timeoutMs = 10_000 } = {}) => (closing ??= close(timeoutMs)),
  }
}

/** The sockets of one listening server. */
class Shell {
  readonly #sockets: Ws.WebSocketServer
  readonly #options: ListenOptions
  readonly #origins: ReadonlySet<string>
  readonly #log: Log
  /** Each connection, and whether it has been heard of since the last ping. */
  readonly #alive = new Map<Ws.WebSocket, boolean>()
  #pinging: NodeJS.Timeout | undefined
  #allGone: (() => void) | undefined

  constructor(sockets: Ws.WebSocketServer, options: ListenOptions) {
    this.#sockets = sockets
    this.#options = options
    this.#origins = new Set(options.allowOrigins)
    this.#log = safeLog(options.log)
  }

  start(): void {
    this.#pinging = setInterval(() => this.#ping(), this.#options.pingMs ?? 20_000)
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const { origin } = request.headers
    const { path, maxConnections = 10_000 } = this.#options
    if (origin !== undefined && !this.#origins.has(origin)) {
      this.#log({ level: 'warn', event: 'denied', code: 403, reason: `origin ${origin.slice(0, 200)}` })
      return refuseUpgrade(socket, 403)
    }
    if (path !== undefined && request.url?.split('?')[0] !== path) return refuseUpgrade(socket, 404)
    if (this.#alive.size >= maxConnections) return refuseUpgrade(socket, 503)
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#connect(webSocket, request.socket.remoteAddress))
  }

  /** Resolves once all connections have ended; those that have not by then are cut. */
  async stop(timeoutMs: number): Promise<void> {
    clearInterval(this.#pinging)
    if (this.#alive.size === 0) return
    const gone = new Promise<void>((resolve) => {
      this.#allGone = resolve
    })
    const cut = setTimeout(() => {
      for (const socket of this.#alive.keys()) socket.terminate()
    }, timeoutMs)
    await gone
    clearTimeout(cut)
  }

  #connect(socket: Ws.WebSocket, address: string | undefined): void {
    // First of all: an error without a listener ends the process.
    socket.on('error', (error: Error & { readonly code?: string }) => {
      this.#log({ level: 'warn', event: 'socket-error', code: error.code ?? error.name, ...(address && { address }) })
    })
    this.#alive.set(socket, true)
    const session = this.#options.server.connect(
      {
        send: (text) => socket.send(text, () => session.writable()),
        close: (code, reason) => socket.close(code, reason),
        bufferedAmount: () => socket.bufferedAmount,
      },
      address === undefined ? {} : { address },
    )
    socket.on('message', (data: Buffer, binary) => {
      this.#alive.set(socket, true)
      if (binary) socket.close(CLOSE.protocol, 'text only')
      else session.receive(data.toString('utf8'))
    })
    socket.on('pong', () => this.#alive.set(socket, true))
    socket.on('close', () => {
      this.#alive.delete(socket)
      session.closed()
      if (this.#alive.size === 0) this.#allGone?.()
    })
  }

  #ping(): void {
    for (const [socket, alive] of this.#alive) {
      if (!alive) {
        socket.terminate()
        continue
      }
      this.#alive.set(socket, false)
      if (socket.readyState === socket.OPEN) socket.ping()
    }
  }
}

async function newWebSocketServer(maxPayload: number): Promise<Ws.WebSocketServer> {
  let driver: typeof Ws
  try {
    driver = await import('ws')
  } catch (cause) {
    throw new HeadwaterError('missing-driver', 'the sync server needs the package "ws": npm install ws', { cause })
  }
  return new driver.WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false, clientTracking: false })
}
