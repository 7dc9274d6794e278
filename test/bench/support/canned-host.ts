import type { RecordedEvent } from 'headwater'
import type { SocketHandlers, SyncHost } from 'headwater/sync'
import { newId } from 'headwater'
import { DEFAULT_LIMITS, encodeMessage } from 'headwater/sync'

/** How many ranges a real server sends ahead of their acknowledgements. */
const WINDOW = 8

/** A sync server without a network: the frames it will send are text in memory. It never answers a push. */
export function cannedHost(pages: readonly (readonly RecordedEvent[])[]): SyncHost {
  const head = pages.at(-1)?.at(-1)?.position ?? 0
  let after = 0
  const frames = pages.map((events) => {
    const upTo = events.at(-1)?.position ?? after
    const frame = encodeMessage({ type: 'batch', id: 1, after, upTo, head, events })
    after = upTo
    return frame
  })
  const welcome = encodeMessage({
    type: 'welcome',
    protocol: 1,
    logId: newId(),
    head,
    heartbeatMs: 600_000,
    limits: DEFAULT_LIMITS,
  })
  return {
    connect: (handlers) => connect(handlers, welcome, frames),
    token: () => Promise.resolve(undefined),
    now: () => Date.now(),
    random: () => Math.random(),
    setTimer(delayMs, run) {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
  }
}

function connect(handlers: SocketHandlers, welcome: string, frames: readonly string[]) {
  let next = 0
  let open = true
  const deliver = (text: string | undefined): void => {
    if (text !== undefined) setTimeout(() => open && handlers.message(text))
  }
  setTimeout(() => open && handlers.opened())
  return {
    send(text: string): void {
      if (text.startsWith('{"type":"hello"')) deliver(welcome)
      else if (text.startsWith('{"type":"ack"')) deliver(frames[next++])
      else if (text.startsWith('{"type":"subscribe"')) while (next < WINDOW && next < frames.length) deliver(frames[next++])
    },
    close(): void {
      open = false
    },
  }
}
