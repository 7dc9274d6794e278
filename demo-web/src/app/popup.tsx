import type { ReactNode } from 'react'
import { useEffect, useRef } from 'react'

/** What a {@link Popup} takes. */
export interface PopupProps {
  readonly className: string
  /** The `<summary>` that opens it. */
  readonly summary: ReactNode
  readonly open: boolean
  readonly onToggle: (open: boolean) => void
  readonly children: ReactNode
}

/** Something small that opens below its button, until Escape or a click beside it. */
export function Popup({ className, summary, open, onToggle, children }: PopupProps) {
  const self = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    if (!open) return undefined
    const ended = new AbortController()
    const { signal } = ended
    const beside = ({ target }: Event): void => {
      if (!self.current?.contains(target as Node)) onToggle(false)
    }
    const escape = ({ key }: KeyboardEvent): void => {
      if (key !== 'Escape') return
      onToggle(false)
      self.current?.querySelector('summary')?.focus()
    }
    document.addEventListener('pointerdown', beside, { signal })
    document.addEventListener('keydown', escape, { signal })
    return () => ended.abort()
  }, [open, onToggle])
  return (
    <details ref={self} className={className} open={open} onToggle={({ currentTarget }) => onToggle(currentTarget.open)}>
      {summary}
      {open && <div className="sheet">{children}</div>}
    </details>
  )
}

/** The `ref` of a popup's first field: whoever opened it means to type. */
export function focusWhenShown(field: HTMLInputElement | null): void {
  field?.select()
}
