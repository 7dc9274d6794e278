import { useEffect } from 'react'

/** Names the tab after what it shows. */
export function useTitle(subject: string): void {
  useEffect(() => {
    document.title = subject === '' ? 'Headwater Boards' : `${subject} · Headwater Boards`
  }, [subject])
}
