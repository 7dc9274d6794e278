import type { InboxEntry } from 'headwater/sync'
import type { InboxHandle } from 'headwater/react'
import type { Scene } from './describe.ts'
import { useState } from 'react'
import { EditForm, canEdit } from './edit-form.tsx'
import { describe } from './describe.ts'
import { wordsOf } from '../app/words-of.ts'

/** One refused change: what, why, how it was and is, and the three ways out. */
export function InboxItem({ entry, inbox }: { readonly entry: InboxEntry; readonly inbox: InboxHandle }) {
  const [editing, setEditing] = useState(false)
  const [again, setAgain] = useState('')
  const { deed, board, earlier, now } = describe(entry)
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setAgain('')
    try {
      await work()
    } catch (error) {
      setAgain(wordsOf(error))
    }
  }
  return (
    <li className="inbox-item" aria-label={deed}>
      {board !== '' && <p className="muted small">{board}</p>}
      <h3>{deed}</h3>
      <p>{entry.message}</p>
      {(earlier !== undefined || now !== undefined) && (
        <div className="scenes">
          <SceneView title="When you did it" scene={earlier} />
          <SceneView title="When it was refused" scene={now} />
        </div>
      )}
      {again !== '' && (
        <p className="again" role="alert">
          Still not possible. {again}
        </p>
      )}
      {editing ? (
        <EditForm
          entry={entry}
          onCancel={() => setEditing(false)}
          onSave={(args) => void attempt(() => inbox.edit(entry.commitId, args))}
        />
      ) : (
        <div className="row wrap">
          <button type="button" className="primary" onClick={() => void attempt(() => inbox.retry(entry.commitId))}>
            Retry
          </button>
          {canEdit(entry) && (
            <button type="button" onClick={() => setEditing(true)}>
              Edit
            </button>
          )}
          <button type="button" className="danger" onClick={() => void attempt(() => inbox.discard(entry.commitId))}>
            Discard
          </button>
        </div>
      )}
    </li>
  )
}

function SceneView({ title, scene }: { readonly title: string; readonly scene: Scene | undefined }) {
  if (scene === undefined) return null
  return (
    <section>
      <h4>{title}</h4>
      <p>
        {scene.column} held {scene.fill}
      </p>
      <ul>
        {scene.cards.slice(0, 5).map((card, at) => (
          <li key={at}>{card}</li>
        ))}
        {scene.cards.length > 5 && <li>and {scene.cards.length - 5} more</li>}
      </ul>
    </section>
  )
}
