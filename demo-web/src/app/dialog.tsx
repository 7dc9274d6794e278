import type { ReactNode } from 'react'
import { useLayoutEffect, useRef } from 'react'

/** What a {@link Dialog} takes. */
export interface DialogProps {
  readonly title: string
  readonly className: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A modal dialog as the browser does it: it holds the focus, Escape and a click beside it close it. */
export function Dialog({ title, className, onClose, children }: DialogProps) {
  const self = useRef<HTMLDialogElement>(null)
  // Before the dialog leaves the page: closing it gives the focus back to where it was.
  useLayoutEffect(() => {
    const dialog = self.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={self}
      className={`dialog ${className}`}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === self.current && onClose()}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2>{title}</h2>
          <button type="button" className="quiet" onClick={onClose}>
            Close
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
