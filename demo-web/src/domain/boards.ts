import { aggregateId, isEvent } from 'headwater'
import { defineView } from 'headwater/react'
import { Board } from './board.ts'

/** A board as the list shows it. */
export interface BoardSummary {
  readonly id: string
  readonly name: string
  readonly cards: number
  /** When it last changed, ISO 8601, by the clock of whoever changed it. */
  readonly changed: string
  readonly by: string | undefined
}

/** Every board this device knows, folded from all events, pending ones too. */
export const boards = defineView({
  initial: new Map<string, BoardSummary>() as ReadonlyMap<string, BoardSummary>,
  categories: ['Board'],
  on(known, event) {
    const id = aggregateId(event.stream)
    const board = known.get(id) ?? { id, name: '', cards: 0, changed: '', by: undefined }
    const { time = board.changed, by } = event.metadata
    let { name, cards } = board
    if (isEvent(event, Board, 'Created') || isEvent(event, Board, 'Renamed')) name = event.data.name
    else if (isEvent(event, Board, 'CardAdded')) cards += 1
    else if (isEvent(event, Board, 'CardRemoved')) cards -= 1
    return new Map(known).set(id, { id, name, cards, changed: time, by: typeof by === 'string' ? by : undefined })
  },
})
