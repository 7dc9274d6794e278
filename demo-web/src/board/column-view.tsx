import type { DragEvent } from 'react'
import type { Column } from '../domain/board-state.ts'
import type { ColumnListProps } from './column-list.tsx'
import { useState } from 'react'
import { AddCard } from './add-card.tsx'
import { CardView } from './card-view.tsx'
import { ColumnLimit } from './column-limit.tsx'
import { CARD_TYPE, draggedCard } from './drag.ts'
import { cardOf, cardsIn, isFull } from '../domain/board-state.ts'

/** One column: its name, how full it is, its cards, and the form for one more. */
export function ColumnView({ column, at, ...props }: ColumnListProps & { readonly column: Column; readonly at: number }) {
  const { board, pending, act, move, onOpen } = props
  const [over, setOver] = useState<string | null>()
  const cards = cardsIn(board, column.id)
  const heading = `column-${column.id}`

  const onDragOver = (event: DragEvent<HTMLElement>): void => {
    if (!event.dataTransfer.types.includes(CARD_TYPE)) return
    event.preventDefault()
    setOver(cardBelow(event))
  }
  const onDrop = (event: DragEvent<HTMLElement>): void => {
    event.preventDefault()
    setOver(undefined)
    const card = cardOf(board, draggedCard(event) ?? '')
    if (card !== undefined) move.to(card, column.id, cardBelow(event))
  }
  return (
    <section
      className="column"
      aria-labelledby={heading}
      data-full={isFull(board, column)}
      data-over={over !== undefined}
      onDragOver={onDragOver}
      onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setOver(undefined)}
      onDrop={onDrop}
    >
      <header className="column-head">
        <h2 id={heading}>{column.name}</h2>
        <ColumnLimit board={board} column={column} act={act} />
      </header>
      <ol className="cards">
        {cards.map((card) => (
          <li key={card.id} data-drop-before={over === card.id}>
            <CardView
              card={card}
              pending={pending.has(card.id)}
              first={at === 0}
              last={at === board.columns.length - 1}
              act={act}
              move={move}
              onOpen={onOpen}
            />
          </li>
        ))}
      </ol>
      <AddCard column={column} act={act} />
    </section>
  )
}

/** The first card whose middle lies below the pointer: what is dropped goes before it. */
function cardBelow(event: DragEvent<HTMLElement>): string | null {
  for (const card of event.currentTarget.querySelectorAll<HTMLElement>('.card')) {
    const { top, height } = card.getBoundingClientRect()
    if (event.clientY < top + height / 2) return card.id.replace('card-', '')
  }
  return null
}
