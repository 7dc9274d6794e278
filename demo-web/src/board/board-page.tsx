import { useState } from 'react'
import { BoardTitle } from './board-title.tsx'
import { CardDialog } from './card-dialog.tsx'
import { ColumnList } from './column-list.tsx'
import { cardOf } from '../domain/board-state.ts'
import { useBoard } from './use-board.ts'
import { useTitle } from '../app/use-title.ts'
import { useMoveCard } from './use-move-card.ts'
import { wordsOf } from '../app/words-of.ts'
import { usePendingCards } from './use-pending-cards.ts'

/** One board. */
export function BoardPage({ id }: { readonly id: string }) {
  const { board, version, loading, error, act } = useBoard(id)
  const pending = usePendingCards(id)
  const move = useMoveCard(board, act)
  useTitle(board.name)
  const [opened, setOpened] = useState<string>()
  if (error !== undefined) return <main className="message">This board cannot be read: {wordsOf(error)}</main>
  // Nothing for the blink of an eye that reading takes: a spinner would only flicker.
  if (loading) return <main className="message" aria-busy="true" />
  if (version < 0) return <MissingBoard />
  const card = opened === undefined ? undefined : cardOf(board, opened)
  return (
    <main className="board">
      <BoardTitle name={board.name} act={act} />
      <ColumnList board={board} pending={pending} act={act} move={move} onOpen={setOpened} />
      <p className="hint">
        Arrow keys walk over the cards, <kbd>Shift</kbd> with an arrow moves one, <kbd>Enter</kbd> renames, <kbd>Space</kbd>{' '}
        opens.
      </p>
      {card !== undefined && (
        <CardDialog key={card.id} board={board} card={card} act={act} move={move} onClose={() => setOpened(undefined)} />
      )}
    </main>
  )
}

function MissingBoard() {
  return (
    <main className="message">
      <p>This board is not on this device. It will show here once the server has sent it.</p>
      <a href="#/">All boards</a>
    </main>
  )
}
