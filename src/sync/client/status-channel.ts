import type { SyncStatus } from './status.ts'
import { platform } from '../../platform.ts'

type Message = { readonly type: 'status'; readonly status: SyncStatus } | { readonly type: 'ask' }

/** Tells the other tabs of one replica what the leader knows. Does nothing where there are no other tabs. */
export interface StatusChannel {
  /** Tells the followers. */
  tell(status: SyncStatus): void
  close(): void
}

/** Opens the channel: `heard` gets the leader's status, `asked` is called when a new tab wants to know it. */
export function statusChannel(name: string, heard: (status: SyncStatus) => void, asked: () => void): StatusChannel {
  const channel = platform.broadcastChannel(`headwater-status:${name}`)
  if (channel === undefined) return { tell: () => undefined, close: () => undefined }
  channel.onmessage = ({ data }) => {
    const message = data as Message
    if (message.type === 'ask') asked()
    else heard(message.status)
  }
  channel.postMessage({ type: 'ask' } satisfies Message)
  return {
    tell: (status) => channel.postMessage({ type: 'status', status } satisfies Message),
    close() {
      channel.onmessage = null
      channel.close()
    },
  }
}
