/** Every code an error of Headwater can carry; each has a heading in `docs/errors.md`. */
export type ErrorCode =
  | 'bad-configuration'
  | 'bad-data'
  | 'bad-name'
  | 'closed'
  | 'duplicate-name'
  | 'id-conflict'
  | 'missing-driver'
  | 'not-found'
  | 'not-permitted'
  | 'not-supported'
  | 'protocol'
  | 'refused'
  | 'schema-mismatch'
  | 'server-rolled-back'
  | 'storage-failed'
  | 'storage-full'
  | 'store-damaged'
  | 'store-lost'
  | 'store-newer'
  | 'superseded-leader'
  | 'unauthenticated'
  | 'unknown-command'
  | 'unknown-event'
  | 'version-conflict'

/**
 * The base of every error Headwater throws.
 *
 * Tell errors apart by `code`, never by `message`; a driver's own error is kept as `cause`.
 * The message says what went wrong, with which thing, what was expected and what was found.
 *
 * @example
 * try { await store.append(batch) } catch (error) {
 *   if (isHeadwaterError(error, 'version-conflict')) await reload()
 *   else throw error
 * }
 */
export class HeadwaterError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    // Not `new.target.name`: minifiers change it.
    this.name = 'HeadwaterError'
    this.code = code
  }
}

/** A stream was not at the version the writer expected; nothing was written. */
export class VersionConflict extends HeadwaterError {
  readonly stream: string
  readonly expected: number | 'none' | 'exists' | 'any'
  readonly actual: number

  constructor(stream: string, expected: number | 'none' | 'exists' | 'any', actual: number) {
    super('version-conflict', `stream "${stream}" is at version ${actual}, expected ${expected}`)
    this.name = 'VersionConflict'
    this.stream = stream
    this.expected = expected
    this.actual = actual
  }
}

/** An event id is already stored with other content; nothing was written. */
export class IdConflict extends HeadwaterError {
  readonly stream: string
  readonly id: string

  constructor(stream: string, id: string) {
    super('id-conflict', `event id "${id}" for stream "${stream}" is already stored with other content`)
    this.name = 'IdConflict'
    this.stream = stream
    this.id = id
  }
}

/** A command said no: a business rule, not a fault. `reason` is the rule's own short code. */
export class CommandRefused extends HeadwaterError {
  readonly reason: string

  constructor(reason: string, message: string) {
    super('refused', message)
    this.name = 'CommandRefused'
    this.reason = reason
  }
}

/** Whether `error` is Headwater's, and of that code when one is given. */
export function isHeadwaterError(error: unknown, code?: ErrorCode): error is HeadwaterError {
  return error instanceof HeadwaterError && (code === undefined || error.code === code)
}
