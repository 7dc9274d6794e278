import { usePending } from 'headwater/react'
import { useMemo } from 'react'

/** The cards of a board with changes that the server has not judged. */
export function usePendingCards(board: string): ReadonlySet<string> {
  const pending = usePending()
  return useMemo(() => {
    const events = pending.flatMap((commit) => commit.events).filter(({ stream }) => stream === `Board-${board}`)
    return new Set(events.flatMap(({ data }) => cardIn(data)))
  }, [pending, board])
}

function cardIn(data: unknown): readonly string[] {
  const card = typeof data === 'object' && data !== null && 'card' in data ? data.card : undefined
  return typeof card === 'string' ? [card] : []
}
