import type { Act } from './use-board.ts'
import type { BoardState, Card } from '../domain/board-state.ts'
import type { Move } from './use-move-card.ts'
import { useState } from 'react'
import { Avatar } from '../app/avatar.tsx'
import { Dialog } from '../app/dialog.tsx'
import { fill, isFull, peopleOn } from '../domain/board-state.ts'
import { usePerson } from '../app/person.tsx'

/** What a {@link CardDialog} takes. */
export interface CardDialogProps {
  readonly board: BoardState
  readonly card: Card
  readonly act: Act
  readonly move: Move
  readonly onClose: () => void
}

/** Everything that can be done with a card, for those who do not drag. */
export function CardDialog({ board, card, act, move, onClose }: CardDialogProps) {
  const [title, setTitle] = useState(card.title)
  return (
    <Dialog title="Card" className="card-dialog" onClose={onClose}>
      <form
        className="field"
        onSubmit={(event) => {
          event.preventDefault()
          void act(`Renamed to ${title}`, 'renameCard', card.id, title).then((done) => done && onClose())
        }}
      >
        <label htmlFor="card-title">Title</label>
        <div className="row">
          <input id="card-title" value={title} maxLength={200} onChange={({ target }) => setTitle(target.value)} />
          <button type="submit" className="primary" disabled={title.trim() === '' || title === card.title}>
            Rename
          </button>
        </div>
      </form>
      <Assign board={board} card={card} act={act} />
      <fieldset className="field">
        <legend>Column</legend>
        <div className="row wrap">
          {board.columns.map((column) => (
            <button
              key={column.id}
              type="button"
              className="choice"
              aria-pressed={column.id === card.column}
              data-full={isFull(board, column)}
              onClick={() => {
                if (column.id !== card.column) move.to(card, column.id, null)
                onClose()
              }}
            >
              {column.name} <span className="muted">{fill(board, column)}</span>
            </button>
          ))}
        </div>
      </fieldset>
      <button
        type="button"
        className="danger"
        onClick={() => {
          void act(`${card.title} was removed`, 'removeCard', card.id)
          onClose()
        }}
      >
        Remove this card
      </button>
    </Dialog>
  )
}

function Assign({ board, card, act }: Pick<CardDialogProps, 'board' | 'card' | 'act'>) {
  const { name } = usePerson()
  const [other, setOther] = useState('')
  const people = [...new Set([...(name === '' ? [] : [name]), ...peopleOn(board)])]
  const assign = (assignee: string | null): void =>
    void act(assignee === null ? `${card.title} is nobody’s` : `${card.title} is ${assignee}’s`, 'assignCard', card.id, assignee)
  return (
    <fieldset className="field">
      <legend>Assigned to</legend>
      <div className="row wrap">
        {[null, ...people].map((person) => (
          <button
            key={person ?? ''}
            type="button"
            className="choice"
            aria-pressed={card.assignee === person}
            onClick={() => assign(person)}
          >
            <Avatar name={person} /> {person ?? 'Nobody'}
          </button>
        ))}
      </div>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault()
          if (other.trim() !== '') assign(other.trim())
          setOther('')
        }}
      >
        <input
          aria-label="Somebody else"
          placeholder="Somebody else"
          value={other}
          maxLength={40}
          onChange={({ target }) => setOther(target.value)}
        />
        <button type="submit" disabled={other.trim() === ''}>
          Assign
        </button>
      </form>
    </fieldset>
  )
}
