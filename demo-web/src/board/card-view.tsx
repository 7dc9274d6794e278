import type { KeyboardEvent } from 'react'
import type { Act } from './use-board.ts'
import type { Card } from '../domain/board-state.ts'
import type { Direction, Move } from './use-move-card.ts'
import { useRef, useState } from 'react'
import { Avatar } from '../app/avatar.tsx'
import { EditableText } from './editable-text.tsx'
import { dragCard } from './drag.ts'

/** What a card is given. */
export interface CardViewProps {
  readonly card: Card
  /** Whether the server has not judged a change to it. */
  readonly pending: boolean
  readonly first: boolean
  readonly last: boolean
  readonly act: Act
  readonly move: Move
  readonly onOpen: (card: string) => void
}

const ARROWS: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }

/** One card: dragged, moved with keys or its two buttons, renamed in place, opened for the rest. */
export function CardView({ card, pending, first, last, act, move, onOpen }: CardViewProps) {
  const [editing, setEditing] = useState(false)
  const self = useRef<HTMLElement>(null)
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== self.current) return
    const direction = ARROWS[event.key]
    if (direction !== undefined && event.shiftKey) move.step(card, direction)
    else if (event.key === 'Enter') setEditing(true)
    else if (event.key === ' ') onOpen(card.id)
    else return
    event.preventDefault()
  }
  const describe = [card.assignee === null ? '' : `assigned to ${card.assignee}`, pending ? 'not on the server yet' : '']
  return (
    <article
      ref={self}
      id={`card-${card.id}`}
      className="card"
      tabIndex={0}
      draggable={!editing}
      data-pending={pending}
      aria-label={[card.title, ...describe].filter((part) => part !== '').join(', ')}
      aria-keyshortcuts="Shift+ArrowLeft Shift+ArrowRight Shift+ArrowUp Shift+ArrowDown Enter Space"
      onKeyDown={onKeyDown}
      onDragStart={(event) => dragCard(event, card.id)}
      onDoubleClick={() => setEditing(true)}
    >
      {editing ? (
        <EditableText
          text={card.title}
          label={`Title of ${card.title}`}
          onSave={(text) => void act(`Renamed to ${text}`, 'renameCard', card.id, text)}
          onDone={() => {
            setEditing(false)
            self.current?.focus()
          }}
        />
      ) : (
        <p className="card-title">{card.title}</p>
      )}
      <footer className="card-foot">
        <Avatar name={card.assignee} />
        <span className="card-who">{card.assignee ?? 'Nobody yet'}</span>
        {pending && <span className="pending-mark" title="Not on the server yet" />}
        <span className="card-buttons">
          <button type="button" aria-label={`Move ${card.title} left`} disabled={first} onClick={() => move.step(card, 'left')}>
            ‹
          </button>
          <button type="button" aria-label={`Move ${card.title} right`} disabled={last} onClick={() => move.step(card, 'right')}>
            ›
          </button>
          <button type="button" aria-label={`Open ${card.title}`} onClick={() => onOpen(card.id)}>
            ⋯
          </button>
        </span>
      </footer>
    </article>
  )
}
