import type { Act } from './use-board.ts'
import { useState } from 'react'
import { EditableText } from './editable-text.tsx'

/** The board's name; choosing it renames. */
export function BoardTitle({ name, act }: { readonly name: string; readonly act: Act }) {
  const [editing, setEditing] = useState(false)
  return (
    <h1 className="board-title">
      {editing ? (
        <EditableText
          text={name}
          label="Name of the board"
          onSave={(text) => void act(`The board is now called ${text}`, 'rename', text)}
          onDone={() => setEditing(false)}
        />
      ) : (
        <button type="button" className="as-text" title="Rename the board" onClick={() => setEditing(true)}>
          {name}
        </button>
      )}
    </h1>
  )
}
