import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createApplication } from 'headwater'
import { startSync } from 'headwater/sync'
import { idbReplica } from 'headwater/adapters/idb'
import { Board } from './domain/board.ts'
import { App } from './app/app.tsx'
import { serverUrl } from './app/server-url.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/header.css'
import './styles/boards.css'
import './styles/board.css'
import './styles/card.css'
import './styles/inbox.css'

const application = createApplication({ name: 'Kanban', aggregates: [Board], store: idbReplica({ name: 'kanban' }) })
const sync = startSync(application, { url: serverUrl(window.location), follow: ['Board-'] })

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no #root')
createRoot(root).render(
  <StrictMode>
    <App application={application} sync={sync} />
  </StrictMode>,
)

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  // Without it the app works all the same, but for opening it offline.
  navigator.serviceWorker.register('/service-worker.js').catch(() => undefined)
}
