import type { Act } from './use-board.ts'
import type { BoardState, Column } from '../domain/board-state.ts'
import { useState } from 'react'
import { Popup, focusWhenShown } from '../app/popup.tsx'
import { cardsIn, fill, isFull } from '../domain/board-state.ts'

interface ColumnLimitProps {
  readonly board: BoardState
  readonly column: Column
  readonly act: Act
}

/** How full a column is, as a meter; choosing it changes the limit. */
export function ColumnLimit({ board, column, act }: ColumnLimitProps) {
  const [open, setOpen] = useState(false)
  const { id, name, limit } = column
  const full = fill(board, column)
  const summary = (
    <summary title="Change the limit" aria-label={`${name} holds ${full}. Change the limit`} data-full={isFull(board, column)}>
      {/* More than a few say no more than the number does. */}
      {limit !== null && limit <= 8 && (
        <span className="slots" aria-hidden="true">
          {Array.from({ length: limit }, (_, at) => (
            <span key={at} data-taken={at < cardsIn(board, id).length} />
          ))}
        </span>
      )}
      <span data-testid={`fill-${id}`}>{full}</span>
    </summary>
  )
  return (
    <Popup className="limit" summary={summary} open={open} onToggle={setOpen}>
      <LimitForm column={column} act={act} onDone={() => setOpen(false)} />
    </Popup>
  )
}

function LimitForm({ column, act, onDone }: { readonly column: Column; readonly act: Act; readonly onDone: () => void }) {
  const { id, name, limit } = column
  const [text, setText] = useState(limit === null ? '' : String(limit))
  const save = async (): Promise<void> => {
    const next = text.trim() === '' ? null : Number(text)
    const said = next === null ? `${name} has no limit` : `${name} may hold ${next}`
    if (await act(said, 'limitColumn', id, next)) onDone()
  }
  return (
    <form
      className="field"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <label htmlFor={`limit-${id}`}>At most</label>
      <input
        id={`limit-${id}`}
        ref={focusWhenShown}
        type="number"
        min={1}
        step={1}
        inputMode="numeric"
        placeholder="any number"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <p className="muted small">Empty means any number.</p>
      <button type="submit" className="primary">
        Set
      </button>
    </form>
  )
}
