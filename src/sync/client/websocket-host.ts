import type { Socket, SocketHandlers, SyncHost } from './host.ts'
import type { WebSocketConstructor } from '../../platform.ts'
import { HeadwaterError } from '../../errors.ts'
import { platform } from '../../platform.ts'

/** How the client reaches a server. */
export interface WebSocketOptions {
  /** `ws:` or `wss:`. */
  readonly url: string
  /** Asked at each connection, and when the token is about to expire. Default: none. */
  readonly token?: () => string | undefined | Promise<string | undefined>
  /** Default: the host's own. Node before 22 has none: give it `ws`'s. */
  readonly webSocket?: WebSocketConstructor
}

/** The real world: WebSocket, the host's clock and timers. Refuses a URL that is none with `bad-configuration`. */
export function webSocketHost({ url, token, webSocket = platform.webSocket() }: WebSocketOptions): SyncHost {
  if (!/^wss?:\/\/./.test(url))
    throw new HeadwaterError('bad-configuration', `url: expected ws://... or wss://..., found "${url}"`)
  if (webSocket === undefined) {
    throw new HeadwaterError(
      'missing-driver',
      'this host has no WebSocket: npm install ws, and give startSync { webSocket: WebSocket }',
    )
  }
  const Constructor = webSocket
  return {
    connect: (handlers) => openSocket(new Constructor(url), handlers),
    token: async () => token?.(),
    now: () => Date.now(),
    random: () => Math.random(),
    setTimer(delayMs, run) {
      const timer = platform.setTimeout(run, delayMs)
      return () => platform.clearTimeout(timer)
    },
  }
}

function openSocket(socket: InstanceType<WebSocketConstructor>, handlers: SocketHandlers): Socket {
  socket.onopen = () => handlers.opened()
  socket.onmessage = ({ data }: { readonly data: unknown }) => handlers.message(typeof data === 'string' ? data : String(data))
  socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => handlers.closed(code, reason)
  // `close` follows every error and carries the code.
  socket.onerror = () => undefined
  return { send: (text) => socket.send(text), close: () => socket.close() }
}
