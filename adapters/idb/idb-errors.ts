import { HeadwaterError } from '../../src/index.ts'

/** Whether the browser threw it, rather than the caller's own code. */
export function isDriverError(error: unknown): boolean {
  return error instanceof DOMException
}

/** The browser's error as Headwater's, kept as `cause`. */
export function storageError(name: string, error: unknown): HeadwaterError {
  if (error instanceof HeadwaterError) return error
  const options = { cause: error }
  switch (error instanceof DOMException ? error.name : undefined) {
    case 'QuotaExceededError':
      return new HeadwaterError('storage-full', `no room is left for replica storage "${name}"`, options)
    case 'VersionError':
      return new HeadwaterError(
        'store-newer',
        `replica storage "${name}" was written by a newer version: reload the app`,
        options,
      )
    default:
      return new HeadwaterError('storage-failed', `replica storage "${name}" failed: ${String(error)}`, options)
  }
}

export function closedError(name: string): HeadwaterError {
  return new HeadwaterError('closed', `replica storage "${name}" is closed`)
}
