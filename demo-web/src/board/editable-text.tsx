import { useState } from 'react'

/** What an {@link EditableText} takes. */
export interface EditableTextProps {
  readonly text: string
  readonly label: string
  /** Called with what was typed, unless it is the same or was given up with Escape. */
  readonly onSave: (text: string) => void
  readonly onDone: () => void
}

/** A field in place of a text, for as long as it is being changed. Enter and leaving it save, Escape does not. */
export function EditableText({ text, label, onSave, onDone }: EditableTextProps) {
  const [draft, setDraft] = useState(text)
  const save = (): void => {
    if (draft.trim() !== '' && draft !== text) onSave(draft)
    onDone()
  }
  return (
    <input
      className="editable"
      aria-label={label}
      value={draft}
      maxLength={200}
      // It replaces the text that was just chosen for editing.
      autoFocus
      onFocus={({ target }) => target.select()}
      onChange={({ target }) => setDraft(target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Enter') save()
        if (event.key === 'Escape') onDone()
      }}
    />
  )
}
