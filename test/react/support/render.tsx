import type { ReactNode } from 'react'
import type { Root } from 'react-dom/client'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { vi } from 'vitest'

/** Renders strictly, as an app in development does: every effect runs, ends and runs again. */
export function render(node: ReactNode): {
  readonly text: () => string
  readonly root: Root
  readonly show: (next: ReactNode) => void
} {
  const place = document.body.appendChild(document.createElement('div'))
  const root = createRoot(place)
  const show = (next: ReactNode): void => root.render(<StrictMode>{next}</StrictMode>)
  show(node)
  return { text: () => place.textContent ?? '', root, show }
}

/** Waits until a condition holds; says what was found instead when it does not. */
export function until<T>(look: () => T, expected: T): Promise<void> {
  return vi.waitFor(() => {
    const found = look()
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
      throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`)
    }
  }, 5000)
}
