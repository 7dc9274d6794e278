/** A started timer, as the host gives it. */
export type TimerHandle = unknown

/**
 * The part of the browser's WebSocket that the sync client uses; `ws` has the same shape.
 *
 * Handlers take `never` so that each implementation's own event types fit.
 */
export interface WebSocketLike {
  readonly bufferedAmount: number
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(text: string): void
  close(code?: number, reason?: string): void
}

/** Makes a WebSocket to a URL. */
export type WebSocketConstructor = new (url: string) => WebSocketLike

/** The part of BroadcastChannel that tabs use to tell each other of changes. */
export interface BroadcastChannelLike {
  onmessage: ((event: { readonly data: unknown }) => void) | null
  postMessage(message: unknown): void
  close(): void
}

/** The part of the Web Locks API that elects the leader tab. */
export interface LockManagerLike {
  request(name: string, options: { readonly signal?: unknown }, held: () => Promise<void>): Promise<unknown>
}

/** A listener target such as `window`: tells of `online`, `offline`, `pagehide`, `pageshow`. */
export interface HostEvents {
  addEventListener(type: string, listener: (event: { readonly persisted?: boolean }) => void): void
  removeEventListener(type: string, listener: (event: { readonly persisted?: boolean }) => void): void
}

interface HostGlobals {
  readonly crypto: { getRandomValues(bytes: Uint8Array): Uint8Array }
  readonly setTimeout: (run: () => void, delayMs: number) => TimerHandle
  readonly clearTimeout: (handle: TimerHandle) => void
  readonly AbortController: new () => { readonly signal: unknown; abort(): void }
  readonly WebSocket?: WebSocketConstructor
  readonly BroadcastChannel?: new (name: string) => BroadcastChannelLike
  readonly navigator?: { readonly onLine?: boolean; readonly locks?: LockManagerLike }
  readonly addEventListener?: HostEvents['addEventListener']
  readonly removeEventListener?: HostEvents['removeEventListener']
}

const host = globalThis as unknown as HostGlobals

/** The few host globals the core needs, looked up when used: importing this touches none of them. */
export const platform = {
  randomBytes: (count: number): Uint8Array => host.crypto.getRandomValues(new Uint8Array(count)),
  setTimeout: (run: () => void, delayMs: number): TimerHandle => host.setTimeout(run, delayMs),
  clearTimeout: (handle: TimerHandle): void => host.clearTimeout(handle),
  abortController: (): { readonly signal: unknown; abort(): void } => new host.AbortController(),
  webSocket: (): WebSocketConstructor | undefined => host.WebSocket,
  broadcastChannel: (name: string): BroadcastChannelLike | undefined =>
    host.BroadcastChannel === undefined ? undefined : new host.BroadcastChannel(name),
  locks: (): LockManagerLike | undefined => host.navigator?.locks,
  onLine: (): boolean => host.navigator?.onLine ?? true,
  /** `undefined` where the host has no window-like events (Node). */
  events: (): HostEvents | undefined =>
    host.addEventListener === undefined || host.removeEventListener === undefined
      ? undefined
      : {
          addEventListener: host.addEventListener.bind(globalThis),
          removeEventListener: host.removeEventListener.bind(globalThis),
        },
}
