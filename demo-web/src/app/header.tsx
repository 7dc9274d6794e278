import { useSync } from 'headwater/react'
import { SyncPill } from './sync-pill.tsx'
import { WhoAmI } from './who-am-i.tsx'

/** The bar at the top: where we are, how the sync stands, what waits for a decision, who we are. */
export function Header({ onInbox }: { readonly onInbox: () => void }) {
  const { inbox } = useSync()
  return (
    <header className="top">
      <a className="brand" href="#/">
        <img src="/icon.svg" alt="" width="26" height="26" />
        <span className="brand-name">Boards</span>
      </a>
      <SyncPill />
      <button type="button" className="inbox-button" data-waiting={inbox > 0} onClick={onInbox}>
        Inbox
        <span className="count" aria-label={inbox === 0 ? 'nothing waiting' : `${inbox} waiting`}>
          {inbox}
        </span>
      </button>
      <WhoAmI />
    </header>
  )
}
