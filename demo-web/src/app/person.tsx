import { createContext, useContext, useState } from 'react'

const KEY = 'headwater-boards:name'

/** Who is using this browser; '' before they said. */
export interface Person {
  readonly name: string
  readonly rename: (name: string) => void
}

const Context = createContext<Person>({ name: '', rename: () => undefined })

export const PersonProvider = Context.Provider

export function usePerson(): Person {
  return useContext(Context)
}

/** The name as this browser keeps it. */
export function useStoredPerson(): Person {
  const [name, setName] = useState(() => localStorage.getItem(KEY) ?? '')
  const rename = (next: string): void => {
    const trimmed = next.trim().slice(0, 40)
    localStorage.setItem(KEY, trimmed)
    setName(trimmed)
  }
  return { name, rename }
}
