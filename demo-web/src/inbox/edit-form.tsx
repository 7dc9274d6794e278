import type { InboxEntry } from 'headwater/sync'
import type { BoardState } from '../domain/board-state.ts'
import { aggregateId } from 'headwater'
import { useAggregate } from 'headwater/react'
import { useState } from 'react'
import { Board } from '../domain/board.ts'
import { fill } from '../domain/board-state.ts'
import { targetColumn } from './describe.ts'

/** Where the title is among a command's arguments. */
const TITLE_AT: Readonly<Record<string, number>> = { addCard: 0, renameCard: 1, rename: 0, create: 0 }

/** Whether there is something about it to change: a title, or a column. */
export function canEdit(entry: InboxEntry): boolean {
  return TITLE_AT[entry.command?.name ?? ''] !== undefined || targetColumn(entry) !== undefined
}

function titleIn(args: readonly unknown[], at: number | undefined): string {
  const title = at === undefined ? undefined : args[at]
  return typeof title === 'string' ? title : ''
}

/** What an {@link EditForm} takes. */
export interface EditFormProps {
  readonly entry: InboxEntry
  readonly onSave: (args: readonly unknown[]) => void
  readonly onCancel: () => void
}

/** The same change, with another title or into another column. */
export function EditForm({ entry, onSave, onCancel }: EditFormProps) {
  const { state: board } = useAggregate(Board, aggregateId(entry.command?.stream ?? entry.events[0]?.stream ?? 'Board-unknown'))
  const args = entry.command?.args ?? []
  const titleAt = TITLE_AT[entry.command?.name ?? '']
  const column = targetColumn(entry)
  const [title, setTitle] = useState(() => titleIn(args, titleAt))
  const [target, setTarget] = useState(column)
  const save = (): void => {
    const next = args.map((arg, at) => (at === titleAt ? title : arg))
    onSave(column === undefined ? next : next.with(1, target ?? column))
  }
  return (
    <form
      className="edit-form"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      {titleAt !== undefined && (
        <label>
          Title
          <input value={title} maxLength={200} required onChange={(event) => setTitle(event.target.value)} />
        </label>
      )}
      {column !== undefined && <ColumnChoice board={board} chosen={target ?? column} onChoose={setTarget} />}
      <div className="row wrap">
        <button type="submit" className="primary">
          Try this
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}

interface ColumnChoiceProps {
  readonly board: BoardState
  readonly chosen: string
  readonly onChoose: (column: string) => void
}

function ColumnChoice({ board, chosen, onChoose }: ColumnChoiceProps) {
  return (
    <label>
      Column
      <select value={chosen} onChange={(event) => onChoose(event.target.value)}>
        {board.columns.map((column) => (
          <option key={column.id} value={column.id}>
            {column.name} ({fill(board, column)})
          </option>
        ))}
      </select>
    </label>
  )
}
