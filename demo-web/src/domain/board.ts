import { defineAggregate } from 'headwater'
import type { BoardState, Card, Column } from './board-state.ts'
import { STANDARD_COLUMNS, cardOf, cardsIn, columnOf, isFull, moved, nextOf } from './board-state.ts'

type Refuse = (reason: string, message: string) => never

/** One board: its columns, their limits, and its cards in order. The same rules run in every browser, and again on rebase. */
export const Board = defineAggregate({
  type: 'Board',
  initial: { name: '', columns: [], cards: [] } as BoardState,
  events: {
    Created: (board, e: { name: string; columns: readonly Column[] }) => ({ ...board, name: e.name, columns: e.columns }),
    Renamed: (board, e: { name: string }) => ({ ...board, name: e.name }),
    ColumnLimitSet: (board, e: { column: string; limit: number | null }) => ({
      ...board,
      columns: board.columns.map((column) => (column.id === e.column ? { ...column, limit: e.limit } : column)),
    }),
    CardAdded: (board, e: { card: string; title: string; column: string; assignee: string | null }) => {
      const card: Card = { id: e.card, title: e.title, column: e.column, assignee: e.assignee }
      return { ...board, cards: [...board.cards, card] }
    },
    CardMoved: (board, e: { card: string; column: string; before: string | null }) => ({
      ...board,
      cards: moved(board.cards, e),
    }),
    CardRenamed: (board, e: { card: string; title: string }) => changed(board, e.card, { title: e.title }),
    CardAssigned: (board, e: { card: string; assignee: string | null }) => changed(board, e.card, { assignee: e.assignee }),
    CardRemoved: (board, e: { card: string }) => ({ ...board, cards: board.cards.filter(({ id }) => id !== e.card) }),
  },
  commands: {
    create({ version, emit, refuse }, name: string) {
      if (version >= 0) refuse('exists', 'This board exists already.')
      emit.Created({ name: said(name, refuse), columns: STANDARD_COLUMNS })
    },
    rename({ state, emit, refuse }, name: string) {
      const next = said(name, refuse)
      if (next !== state.name) emit.Renamed({ name: next })
    },
    limitColumn({ state, emit, refuse }, column: string, limit: number | null) {
      const found = known(state, column, refuse)
      if (limit !== null && (!Number.isInteger(limit) || limit < 1)) refuse('bad-limit', 'A limit is a whole number from 1 on.')
      if (found.limit !== limit) emit.ColumnLimitSet({ column, limit })
    },
    addCard({ state, emit, refuse, newId }, title: string, column: string, assignee: string | null) {
      const text = said(title, refuse)
      checkRoom(state, known(state, column, refuse), `“${text}” does not fit`, refuse)
      emit.CardAdded({ card: newId(), title: text, column, assignee })
    },
    /** Puts a card before another one, or last in the column. */
    moveCard({ state, emit, refuse }, card: string, column: string, before: string | null) {
      const found = present(state, card, refuse)
      const target = known(state, column, refuse)
      if (found.column !== column) checkRoom(state, target, `“${found.title}” cannot move to ${target.name}`, refuse)
      else if (before === card || nextOf(state.cards, found) === before) return
      emit.CardMoved({ card, column, before })
    },
    renameCard({ state, emit, refuse }, card: string, title: string) {
      const text = said(title, refuse)
      if (present(state, card, refuse).title !== text) emit.CardRenamed({ card, title: text })
    },
    assignCard({ state, emit, refuse }, card: string, assignee: string | null) {
      if (present(state, card, refuse).assignee !== assignee) emit.CardAssigned({ card, assignee })
    },
    /** A card that somebody else removed meanwhile is as gone as it should be. */
    removeCard({ state, emit }, card: string) {
      if (cardOf(state, card) !== undefined) emit.CardRemoved({ card })
    },
  },
})

/** Its commands, for typed calls. */
export type BoardCommands = typeof Board.commands

function changed(board: BoardState, id: string, change: Partial<Card>): BoardState {
  return { ...board, cards: board.cards.map((card) => (card.id === id ? { ...card, ...change } : card)) }
}

function said(text: string, refuse: Refuse): string {
  const trimmed = text.trim()
  if (trimmed === '') refuse('empty', 'It needs a name.')
  if (trimmed.length > 200) refuse('too-long', 'That is longer than 200 characters.')
  return trimmed
}

function known(board: BoardState, column: string, refuse: Refuse): Column {
  return columnOf(board, column) ?? refuse('no-column', 'This board has no such column.')
}

function present(board: BoardState, card: string, refuse: Refuse): Card {
  return cardOf(board, card) ?? refuse('card-gone', 'Somebody removed this card.')
}

function checkRoom(board: BoardState, column: Column, what: string, refuse: Refuse): void {
  if (!isFull(board, column)) return
  refuse('wip-limit', `${what}: ${column.name} already holds ${cardsIn(board, column.id).length} of ${column.limit}.`)
}
