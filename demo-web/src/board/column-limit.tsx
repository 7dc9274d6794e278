import type { Act } from './use-board.ts'
import type { BoardState, Column } from '../domain/board-state.ts'
import { useState } from 'react'
import { cardsIn, fill, isFull } from '../domain/board-state.ts'

/** How full a column is, as a meter; choosing it changes the limit. */
export function ColumnLimit({ board, column, act }: { readonly board: BoardState; readonly column: Column; readonly act: Act }) {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const { id, name, limit } = column
  const save = async (): Promise<void> => {
    const next = text.trim() === '' ? null : Number(text)
    const said = next === null ? `${name} has no limit` : `${name} may hold ${next}`
    if (await act(said, 'limitColumn', id, next)) setOpen(false)
  }
  return (
    <details
      className="limit"
      name="limit"
      open={open}
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open)
        setText(limit === null ? '' : String(limit))
      }}
    >
      <summary
        title="Change the limit"
        aria-label={`${name} holds ${fill(board, column)}. Change the limit`}
        data-full={isFull(board, column)}
      >
        {limit !== null && limit <= 8 && (
          <span className="slots" aria-hidden="true">
            {Array.from({ length: limit }, (_, at) => (
              <span key={at} data-taken={at < cardsIn(board, id).length} />
            ))}
          </span>
        )}
        <span data-testid={`fill-${id}`}>{fill(board, column)}</span>
      </summary>
      <form
        className="sheet"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <label htmlFor={`limit-${id}`}>At most</label>
        <input
          id={`limit-${id}`}
          type="number"
          min={1}
          step={1}
          inputMode="numeric"
          placeholder="any number"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <button type="submit" className="primary">
          Set
        </button>
      </form>
    </details>
  )
}
