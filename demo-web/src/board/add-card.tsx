import type { Act } from './use-board.ts'
import type { Column } from '../domain/board-state.ts'
import { useState } from 'react'
import { usePerson } from '../app/person.tsx'

/** The field for a new card at the end of a column; it stays, for the next one. */
export function AddCard({ column, act }: { readonly column: Column; readonly act: Act }) {
  const { name } = usePerson()
  const [title, setTitle] = useState('')
  const add = async (): Promise<void> => {
    if (title.trim() === '') return
    const done = await act(`${title.trim()} was added to ${column.name}`, 'addCard', title, column.id, name === '' ? null : name)
    if (done) setTitle('')
  }
  return (
    <form
      className="add-card"
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      <input
        aria-label={`New card in ${column.name}`}
        placeholder="Add a card"
        value={title}
        maxLength={200}
        enterKeyHint="done"
        onChange={({ target }) => setTitle(target.value)}
      />
      <button type="submit" aria-label={`Add the card to ${column.name}`} disabled={title.trim() === ''}>
        +
      </button>
    </form>
  )
}
