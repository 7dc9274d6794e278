import type { SyncServer } from '../../sync-server/index.ts'
import type { Socket, SocketHandlers, SyncHost } from '../../src/sync/index.ts'

/** What may happen to a frame on its way. */
export type Fate = 'deliver' | 'drop' | 'cut'

/** A device's way to a server in the same process: ordered, asynchronous, and as unreliable as a test wants it. */
export class MemoryLink {
  readonly host: SyncHost
  /** Decides about each frame to the server, and to the client. */
  toServer: (text: string) => Fate = () => 'deliver'
  toClient: (text: string) => Fate = () => 'deliver'
  /** What becomes of a frame's text on its way to the client. */
  rewrite: (text: string) => string = (text) => text
  token: string | undefined
  #server: SyncServer
  #online = true
  #cut: (() => void) | undefined
  connections = 0

  constructor(server: SyncServer) {
    this.#server = server
    this.host = {
      connect: (handlers) => this.#connect(handlers),
      token: () => Promise.resolve(this.token),
      now: () => Date.now(),
      random: () => 0,
      setTimer(delayMs, run) {
        const timer = setTimeout(run, delayMs)
        return () => clearTimeout(timer)
      },
    }
  }

  /** Takes the network away, or gives it back; the client tries again by itself. */
  set online(online: boolean) {
    this.#online = online
    if (!online) this.cut()
  }

  /** The server is another one from now on: restarted, or restored. */
  set server(server: SyncServer) {
    this.#server = server
    this.cut()
  }

  /** Ends the connection there is, without a word to either side's application. */
  cut(): void {
    this.#cut?.()
  }

  #connect(handlers: SocketHandlers): Socket {
    let open = true
    const end = (code: number, reason: string): void => {
      if (!open) return
      open = false
      session?.closed()
      setImmediate(() => handlers.closed(code, reason))
    }
    // The network, as seen from the server, may deliver after the client gave up; not the other way around.
    const send = (fate: Fate, deliver: () => void): void => {
      if (!open) return
      if (fate === 'cut') end(1006, 'cut')
      else if (fate === 'deliver') setImmediate(() => open && deliver())
    }
    if (!this.#online) {
      // As long as a real attempt takes: an immediate failure would be tried again at once, for ever.
      const timer = setTimeout(() => handlers.closed(1006, 'offline'), 5)
      return { send: () => undefined, close: () => clearTimeout(timer) }
    }
    this.connections++
    const session = this.#server.connect({
      send: (text) => send(this.toClient(text), () => handlers.message(this.rewrite(text))),
      close: (code, reason) => setImmediate(() => end(code, reason)),
      bufferedAmount: () => 0,
    })
    this.#cut = () => end(1006, 'cut')
    setImmediate(() => open && handlers.opened())
    return {
      send: (text) => send(this.toServer(text), () => session.receive(text)),
      close: () => end(1000, 'closed by the client'),
    }
  }
}
