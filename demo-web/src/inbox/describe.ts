import type { InboxEntry } from 'headwater/sync'
import type { BoardState, Column } from '../domain/board-state.ts'
import { cardOf, cardsIn, columnOf, fill } from '../domain/board-state.ts'

/** A refused commit in words. */
export interface Described {
  /** What was to be done: `Move “Fix login” to Doing`. */
  readonly deed: string
  readonly board: string
  /** The column it was about, as it was when it was done and as it was when it was refused. */
  readonly earlier: Scene | undefined
  readonly now: Scene | undefined
}

export interface Scene {
  readonly column: string
  readonly fill: string
  readonly cards: readonly string[]
}

export function describe(entry: InboxEntry): Described {
  // Written by this app's own board, and kept as it was.
  const before = entry.before as BoardState | undefined
  const now = entry.now as BoardState | undefined
  const { name = '', args = [] } = entry.command ?? {}
  const known = now ?? before
  const card = (id: unknown): string => {
    const found = [before, now].flatMap((board) => (board && typeof id === 'string' ? (cardOf(board, id) ?? []) : []))
    return found[0] === undefined ? 'a card' : `“${found[0].title}”`
  }
  const column = targetColumn(entry)
  const columnName = (known && column !== undefined ? columnOf(known, column)?.name : undefined) ?? column ?? ''
  return {
    deed: deedOf(name, args, card, columnName),
    board: known?.name ?? '',
    earlier: scene(before, column),
    now: scene(now, column),
  }
}

/** The column that a command puts a card into. */
export function targetColumn({ command }: InboxEntry): string | undefined {
  const column = command?.name === 'addCard' || command?.name === 'moveCard' ? command.args[1] : undefined
  return typeof column === 'string' ? column : undefined
}

function deedOf(name: string, args: readonly unknown[], card: (id: unknown) => string, column: string): string {
  const text = (value: unknown): string => (typeof value === 'string' ? `“${value}”` : 'nothing')
  switch (name) {
    case 'addCard':
      return `Add ${text(args[0])} to ${column}`
    case 'moveCard':
      return `Move ${card(args[0])} to ${column}`
    case 'renameCard':
      return `Rename ${card(args[0])} to ${text(args[1])}`
    case 'assignCard':
      return typeof args[1] === 'string' ? `Give ${card(args[0])} to ${args[1]}` : `Take ${card(args[0])} from its owner`
    case 'removeCard':
      return `Remove ${card(args[0])}`
    case 'create':
      return `Create the board ${text(args[0])}`
    case 'rename':
      return `Rename the board to ${text(args[0])}`
    case 'limitColumn':
      return `Change a column’s limit to ${typeof args[1] === 'number' ? args[1] : 'any number'}`
    default:
      return 'A change'
  }
}

function scene(board: BoardState | undefined, id: string | undefined): Scene | undefined {
  const column: Column | undefined = board && id !== undefined ? columnOf(board, id) : undefined
  if (board === undefined || column === undefined) return undefined
  return { column: column.name, fill: fill(board, column), cards: cardsIn(board, column.id).map(({ title }) => title) }
}
