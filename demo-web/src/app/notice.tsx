import type { ReactNode } from 'react'
import { createContext, useCallback, useContext, useMemo, useState } from 'react'

/** What to tell: a refusal to see, or a change to hear. */
interface Notices {
  /** Shows why something was not done, until it is dismissed or the next thing is. */
  readonly explain: (message: string) => void
  /** Tells those who do not see the screen what happened. */
  readonly announce: (message: string) => void
}

const Context = createContext<Notices>({ explain: () => undefined, announce: () => undefined })

export function useNotices(): Notices {
  return useContext(Context)
}

export function NoticeProvider({ children }: { readonly children: ReactNode }) {
  const [message, setMessage] = useState('')
  const [spoken, setSpoken] = useState('')
  const explain = useCallback((next: string) => setMessage(next), [])
  const announce = useCallback((next: string) => {
    setMessage('')
    setSpoken(next)
  }, [])
  const notices = useMemo(() => ({ explain, announce }), [explain, announce])
  return (
    <Context.Provider value={notices}>
      {children}
      <div className="notice-place" role="alert">
        {message !== '' && (
          <div className="notice">
            <p>{message}</p>
            <button type="button" className="quiet" onClick={() => setMessage('')}>
              Got it
            </button>
          </div>
        )}
      </div>
      <p className="unseen" aria-live="polite">
        {spoken}
      </p>
    </Context.Provider>
  )
}
