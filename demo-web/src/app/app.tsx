import type { Application } from 'headwater'
import type { Sync } from 'headwater/sync'
import { useMemo, useState } from 'react'
import { Headwater } from 'headwater/react'
import { BoardPage } from '../board/board-page.tsx'
import { BoardsPage } from './boards-page.tsx'
import { Header } from './header.tsx'
import { InboxPanel } from '../inbox/inbox-panel.tsx'
import { NoticeProvider } from './notice.tsx'
import { PersonProvider, useStoredPerson } from './person.tsx'
import { useRoute } from './route.ts'

/**
 * The app. What is done carries the person's name: as the actor, which the server replaces by whom it authenticated (here
 * nobody), and as a key of our own, which it leaves alone.
 */
export function App({ application, sync }: { readonly application: Application; readonly sync: Sync }) {
  const person = useStoredPerson()
  const route = useRoute()
  const [inboxOpen, setInboxOpen] = useState(false)
  const named = useMemo(
    () => (person.name === '' ? application : application.with({ actor: person.name, by: person.name })),
    [application, person.name],
  )
  return (
    <Headwater application={named} sync={sync}>
      <PersonProvider value={person}>
        <NoticeProvider>
          <Header onInbox={() => setInboxOpen(true)} />
          {route.page === 'board' ? <BoardPage key={route.id} id={route.id} /> : <BoardsPage />}
          {inboxOpen && <InboxPanel onClose={() => setInboxOpen(false)} />}
        </NoticeProvider>
      </PersonProvider>
    </Headwater>
  )
}
