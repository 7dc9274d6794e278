import { useSyncExternalStore } from 'react'

/** Where in the app we are; kept in the address, so that reload and the back button work. */
export type Route = { readonly page: 'boards' } | { readonly page: 'board'; readonly id: string }

const PATTERN = /^#\/board\/([\w-]+)$/

export function useRoute(): Route {
  const hash = useSyncExternalStore(onHashChange, () => window.location.hash)
  const id = PATTERN.exec(hash)?.[1]
  return id === undefined ? { page: 'boards' } : { page: 'board', id }
}

export function boardHref(id: string): string {
  return `#/board/${id}`
}

function onHashChange(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}
