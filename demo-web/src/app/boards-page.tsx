import type { BoardSummary } from '../domain/boards.ts'
import { newId } from 'headwater'
import { useApplication, useView } from 'headwater/react'
import { useState } from 'react'
import { Board } from '../domain/board.ts'
import { boards } from '../domain/boards.ts'
import { keepStorage } from './keep-storage.ts'
import { useNotices } from './notice.tsx'
import { boardHref } from './route.ts'
import { useTitle } from './use-title.ts'
import { wordsOf } from './words-of.ts'

/** Every board there is, newest change first, and the form for one more. */
export function BoardsPage() {
  useTitle('')
  const { state, loading, error } = useView(boards)
  const all = [...state.values()].filter(({ name }) => name !== '').toSorted((a, b) => b.changed.localeCompare(a.changed))
  return (
    <main className="boards">
      <h1>Your boards</h1>
      <p className="lead">Everything works without a network. When there is one, everybody sees the same.</p>
      <NewBoard />
      {error !== undefined && <p role="alert">The boards cannot be read: {wordsOf(error)}</p>}
      <ul className="board-list" aria-busy={loading}>
        {all.map((board) => (
          <BoardTile key={board.id} board={board} />
        ))}
      </ul>
      {!loading && all.length === 0 && <p className="empty">No boards yet. Name your first one above.</p>}
    </main>
  )
}

function NewBoard() {
  const application = useApplication()
  const { explain } = useNotices()
  const [name, setName] = useState('')
  const create = async (): Promise<void> => {
    const id = newId()
    try {
      await application.execute(Board, id, 'create', name)
      keepStorage()
      window.location.hash = boardHref(id)
    } catch (error) {
      explain(wordsOf(error))
    }
  }
  return (
    <form
      className="new-board"
      onSubmit={(event) => {
        event.preventDefault()
        void create()
      }}
    >
      <input
        aria-label="Name of the new board"
        placeholder="Name a new board"
        value={name}
        maxLength={200}
        required
        onChange={({ target }) => setName(target.value)}
      />
      <button type="submit" className="primary">
        Create
      </button>
    </form>
  )
}

function BoardTile({ board: { id, name, cards, changed, by } }: { readonly board: BoardSummary }) {
  const when = changed === '' ? '' : new Date(changed).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <li>
      <a className="tile" href={boardHref(id)}>
        <span className="tile-name">{name}</span>
        <span className="muted">{cards === 1 ? '1 card' : `${cards} cards`}</span>
        <span className="muted">
          {when}
          {by === undefined ? '' : `, ${by}`}
        </span>
      </a>
    </li>
  )
}
