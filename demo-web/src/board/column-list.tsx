import type { KeyboardEvent } from 'react'
import type { Act } from './use-board.ts'
import type { BoardState } from '../domain/board-state.ts'
import type { Move } from './use-move-card.ts'
import { ColumnView } from './column-view.tsx'
import { cardsIn } from '../domain/board-state.ts'

/** What the columns and their cards are given. */
export interface ColumnListProps {
  readonly board: BoardState
  readonly pending: ReadonlySet<string>
  readonly act: Act
  readonly move: Move
  readonly onOpen: (card: string) => void
}

/** The columns side by side; arrow keys walk from card to card. */
export function ColumnList(props: ColumnListProps) {
  const { board } = props
  return (
    // The cards in it have the focus; it only hears their keys.
    <div className="columns" onKeyDown={(event) => walk(event, board)}>
      {board.columns.map((column, at) => (
        <ColumnView key={column.id} column={column} at={at} {...props} />
      ))}
    </div>
  )
}

function walk(event: KeyboardEvent, board: BoardState): void {
  if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return
  if (!(event.target instanceof HTMLElement) || !event.target.matches('.card')) return
  const card = board.cards.find(({ id }) => `card-${id}` === (event.target as HTMLElement).id)
  if (card === undefined) return
  const own = cardsIn(board, card.column)
  const row = own.indexOf(card)
  const next = ((): string | undefined => {
    if (event.key === 'ArrowUp') return own[row - 1]?.id
    if (event.key === 'ArrowDown') return own[row + 1]?.id
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const step = event.key === 'ArrowLeft' ? -1 : 1
      const from = board.columns.findIndex(({ id }) => id === card.column)
      // Over empty columns, to the nearest with a card.
      for (let at = from + step; board.columns[at] !== undefined; at += step) {
        const cards = cardsIn(board, board.columns[at]?.id ?? '')
        if (cards.length > 0) return cards[Math.min(row, cards.length - 1)]?.id
      }
    }
    return undefined
  })()
  if (!event.key.startsWith('Arrow')) return
  event.preventDefault()
  if (next !== undefined) document.getElementById(`card-${next}`)?.focus()
}
