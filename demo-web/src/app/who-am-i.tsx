import { useState } from 'react'
import { Avatar } from './avatar.tsx'
import { Popup, focusWhenShown } from './popup.tsx'
import { usePerson } from './person.tsx'

/** Who is using this browser, and the form to say so. */
export function WhoAmI() {
  const { name } = usePerson()
  const [open, setOpen] = useState(false)
  const label = name === '' ? 'Who are you?' : `You are ${name}`
  const summary = (
    <summary aria-label={label} title={label}>
      <Avatar name={name} />
      <span className="who-name">{name === '' ? 'Who are you?' : name}</span>
    </summary>
  )
  return (
    <Popup className="who" summary={summary} open={open} onToggle={setOpen}>
      <NameForm onDone={() => setOpen(false)} />
    </Popup>
  )
}

function NameForm({ onDone }: { readonly onDone: () => void }) {
  const { name, rename } = usePerson()
  const [text, setText] = useState(name)
  return (
    <form
      className="field"
      onSubmit={(event) => {
        event.preventDefault()
        rename(text)
        onDone()
      }}
    >
      <label htmlFor="who">Your name</label>
      <input
        id="who"
        ref={focusWhenShown}
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
  )
}
