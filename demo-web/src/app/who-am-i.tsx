import { useState } from 'react'
import { Avatar } from './avatar.tsx'
import { usePerson } from './person.tsx'

/** Who is using this browser, and the form to say so. */
export function WhoAmI() {
  const { name, rename } = usePerson()
  const [open, setOpen] = useState(false)
  const [text, setText] = useState(name)
  const label = name === '' ? 'Who are you?' : `You are ${name}`
  return (
    <details
      className="who"
      name="top"
      open={open}
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open)
        setText(name)
      }}
    >
      <summary aria-label={label} title={label}>
        <Avatar name={name} />
        <span className="who-name">{name === '' ? 'Who are you?' : name}</span>
      </summary>
      <form
        className="sheet"
        onSubmit={(event) => {
          event.preventDefault()
          rename(text)
          setOpen(false)
        }}
      >
        <label htmlFor="who">Your name</label>
        <input
          id="who"
          value={text}
          maxLength={40}
          autoComplete="name"
          placeholder="Ada Lovelace"
          onChange={({ target }) => setText(target.value)}
        />
        <p className="muted">New cards are yours, and others see who changed what.</p>
        <button type="submit" className="primary">
          Save
        </button>
      </form>
    </details>
  )
}
