import { platform } from '../../platform.ts'

/**
 * Waits until this tab leads the replica of that name, then calls `lead`; what that returns ends the lead.
 *
 * By Web Locks one tab leads at a time, and another follows within milliseconds when it is closed or crashes. A host
 * without them (Node) leads at once. Either way the epoch in the replica is what protects it: a leader that was
 * replaced without noticing can write nothing. Returns what gives the lead, or the wait for it, up.
 */
export function followLead(name: string, lead: () => () => void): () => void {
  const locks = platform.locks()
  if (locks === undefined) return lead()
  const given = platform.abortController()
  let end: (() => void) | undefined
  let ended = false
  const held = (): Promise<void> =>
    new Promise((resolve) => {
      if (ended) return resolve()
      const stop = lead()
      end = () => {
        stop()
        resolve()
      }
    })
  locks.request(`headwater:${name}`, { signal: given.signal }, held).catch(() => {
    // Given up below; or the host has locks and does not allow them, and the epoch alone has to do.
    if (!ended) end = lead()
  })
  return () => {
    if (ended) return
    ended = true
    if (end === undefined) given.abort()
    else end()
  }
}
