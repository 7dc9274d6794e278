import { useInbox } from 'headwater/react'
import { Dialog } from '../app/dialog.tsx'
import { InboxItem } from './inbox-item.tsx'

/** What could not be reconciled, waiting for a decision. Nothing leaves it by itself. */
export function InboxPanel({ onClose }: { readonly onClose: () => void }) {
  const inbox = useInbox()
  return (
    <Dialog title="Inbox" className="inbox" onClose={onClose}>
      {inbox.entries.length === 0 ? (
        <p className="empty">
          {inbox.loading
            ? ''
            : 'Nothing waits for you. What you do offline and cannot be done any more once you are back will be here.'}
        </p>
      ) : (
        <>
          <p className="muted">Others were faster. Nothing is lost: decide what becomes of these.</p>
          <ul className="inbox-list">
            {inbox.entries.map((entry) => (
              <InboxItem key={entry.commitId} entry={entry} inbox={inbox} />
            ))}
          </ul>
        </>
      )}
    </Dialog>
  )
}
