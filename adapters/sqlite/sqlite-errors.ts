import { setTimeout } from 'node:timers/promises'
import { HeadwaterError, isHeadwaterError } from '../../src/index.ts'

/** SQLite's own code, such as `SQLITE_FULL`; empty for another error. */
export function sqliteCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : ''
}

/** Whether another connection holds the lock: nothing was done, trying again is safe. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error).startsWith('SQLITE_BUSY')
}

/** A driver's error in Headwater's words, the original kept as `cause`. */
export function translate(cause: unknown, file: string): HeadwaterError {
  if (isHeadwaterError(cause)) return cause
  const code = sqliteCode(cause)
  const detail = cause instanceof Error ? cause.message : String(cause)
  if (code === 'SQLITE_FULL') return new HeadwaterError('storage-full', `"${file}": no space left to write`, { cause })
  // A payload that is no JSON any more: the pages are sound, what is in them is not.
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || cause instanceof SyntaxError) {
    return new HeadwaterError('store-damaged', `"${file}" is damaged or not a SQLite database: ${detail}`, { cause })
  }
  if (isBusy(cause)) return new HeadwaterError('storage-failed', `"${file}" stayed locked by another connection`, { cause })
  return new HeadwaterError('storage-failed', `"${file}": ${detail}`, { cause })
}

/**
 * Does `action` as soon as no other connection is in the way, and gives up after `limitMs` with SQLite's busy error.
 *
 * The waiting is done here, with full jitter up to 50 ms, because SQLite's own would block the event loop.
 */
export async function whenFree<T>(action: () => T, limitMs: number): Promise<T> {
  const deadline = performance.now() + limitMs
  for (let attempt = 0; ; attempt++) {
    try {
      return action()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error
    }
    await setTimeout(Math.random() * Math.min(50, 2 ** attempt))
  }
}
