/** A stage of the work. */
export interface Column {
  readonly id: string
  readonly name: string
  /** How many cards it may hold; `null` for any number. */
  readonly limit: number | null
}

export interface Card {
  readonly id: string
  readonly title: string
  readonly column: string
  readonly assignee: string | null
}

/** A board; `cards` in the order they show in their columns. */
export interface BoardState {
  readonly name: string
  readonly columns: readonly Column[]
  readonly cards: readonly Card[]
}

/** What a new board starts with: a limit where work piles up. */
export const STANDARD_COLUMNS: readonly Column[] = [
  { id: 'todo', name: 'To do', limit: null },
  { id: 'doing', name: 'Doing', limit: 3 },
  { id: 'done', name: 'Done', limit: null },
]

export function columnOf(board: BoardState, id: string): Column | undefined {
  return board.columns.find((column) => column.id === id)
}

export function cardOf(board: BoardState, id: string): Card | undefined {
  return board.cards.find((card) => card.id === id)
}

export function cardsIn(board: BoardState, column: string): readonly Card[] {
  return board.cards.filter((card) => card.column === column)
}

export function isFull(board: BoardState, column: Column): boolean {
  return column.limit !== null && cardsIn(board, column.id).length >= column.limit
}

/** How full a column is, in words: "2 of 3", or just "2" where it has no limit. */
export function fill(board: BoardState, column: Column): string {
  const count = cardsIn(board, column.id).length
  return column.limit === null ? String(count) : `${count} of ${column.limit}`
}

/** The card below another in its column; `null` for the last. */
export function nextOf(cards: readonly Card[], card: Card): string | null {
  const own = cards.filter(({ column }) => column === card.column)
  return own[own.indexOf(card) + 1]?.id ?? null
}

/** The cards after a move; one whose neighbour is no longer in the column goes last. */
export function moved(
  cards: readonly Card[],
  { card, column, before }: { readonly card: string; readonly column: string; readonly before: string | null },
): readonly Card[] {
  const found = cards.find(({ id }) => id === card)
  if (found === undefined) return cards
  const rest = cards.filter(({ id }) => id !== card)
  const at = rest.findIndex((other) => other.id === before && other.column === column)
  return rest.toSpliced(at < 0 ? rest.length : at, 0, { ...found, column })
}

/** Everybody who has a card on the board, in alphabetical order. */
export function peopleOn(board: BoardState): readonly string[] {
  return [...new Set(board.cards.flatMap(({ assignee }) => (assignee === null ? [] : [assignee])))].toSorted()
}
