import type { SyncHandle } from 'headwater/react'
import { useSync } from 'headwater/react'
import { useEffect, useState } from 'react'
import { Popup } from './popup.tsx'

/** How the sync stands, in a word, and in a sentence for whoever opens it. */
export function SyncPill() {
  const sync = useSync()
  const [open, setOpen] = useState(false)
  const { pending, status } = sync
  const summary = (
    <summary className="pill" data-status={status} data-testid="sync-status">
      <span className="dot" aria-hidden="true" />
      <span className="word">{WORDS[status]}</span>
      {pending > 0 && (
        <span className="to-send">
          {pending}
          <span className="to-send-words"> to send</span>
        </span>
      )}
    </summary>
  )
  return (
    <Popup className="sync" summary={summary} open={open} onToggle={setOpen}>
      <p>{sentence(sync)}</p>
      {sync.reason !== undefined && status !== 'synced' && <p className="muted">Last failure: {sync.reason.message}</p>}
      <Durability />
    </Popup>
  )
}

const WORDS: Readonly<Record<SyncHandle['status'], string>> = {
  stopped: 'Sync is off',
  offline: 'Offline',
  connecting: 'Connecting',
  syncing: 'Syncing',
  synced: 'Synced',
  stalled: 'Stalled',
}

function sentence({ status, pending }: SyncHandle): string {
  const changes = pending === 1 ? '1 change is' : `${pending} changes are`
  const kept = pending === 0 ? '' : ` ${changes} safe in this browser and will be sent.`
  switch (status) {
    case 'offline':
      return `The server cannot be reached. Keep working.${kept}`
    case 'connecting':
      return `Looking for the server.${kept}`
    case 'syncing':
      return 'Exchanging changes with the server.'
    case 'synced':
      return 'The server has all your changes, and you have everybody else’s.'
    case 'stalled':
      return `Connected, but something does not go on.${kept}`
    case 'stopped':
      return `Nothing is exchanged with the server.${kept}`
  }
}

function Durability() {
  const [persisted, setPersisted] = useState<boolean>()
  useEffect(() => {
    let shown = true
    void navigator.storage?.persisted?.().then((value) => shown && setPersisted(value))
    return () => {
      shown = false
    }
  }, [])
  if (persisted !== false) return null
  return <p className="muted">The browser may clear its copy when the disk runs full.</p>
}
