import type { Act } from './use-board.ts'
import type { BoardState, Card } from '../domain/board-state.ts'
import { useEffect, useRef } from 'react'
import { cardsIn, columnOf } from '../domain/board-state.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'

/** The ways to move a card. */
export interface Move {
  /** One place on; nothing at the edge. */
  readonly step: (card: Card, direction: Direction) => void
  /** Before another card, or last in the column. */
  readonly to: (card: Card, column: string, before: string | null) => void
}

/** Moves cards, and keeps the focus on the one that moved: it is drawn anew in its new column. */
export function useMoveCard(board: BoardState, act: Act): Move {
  const follow = useRef<string>(undefined)
  useEffect(() => {
    if (follow.current === undefined) return
    document.getElementById(`card-${follow.current}`)?.focus()
    follow.current = undefined
  }, [board])

  const to: Move['to'] = (card, column, before) => {
    if (document.activeElement?.closest('.card') !== null) follow.current = card.id
    void act(`${card.title} is in ${columnOf(board, column)?.name ?? column}`, 'moveCard', card.id, column, before).then(
      (done) => {
        if (!done) follow.current = undefined
      },
    )
  }
  const step: Move['step'] = (card, direction) => {
    const target = placeAfter(board, card, direction)
    if (target !== undefined) to(card, target.column, target.before)
  }
  return { step, to }
}

function placeAfter(board: BoardState, card: Card, direction: Direction): { column: string; before: string | null } | undefined {
  const own = cardsIn(board, card.column)
  const at = own.indexOf(card)
  if (direction === 'up') return at === 0 ? undefined : { column: card.column, before: own[at - 1]?.id ?? null }
  if (direction === 'down') return at === own.length - 1 ? undefined : { column: card.column, before: own[at + 2]?.id ?? null }
  const columnAt = board.columns.findIndex(({ id }) => id === card.column)
  const column = board.columns[columnAt + (direction === 'left' ? -1 : 1)]
  return column === undefined ? undefined : { column: column.id, before: null }
}
