import type { ErrorCode, HeadwaterError } from '../errors.ts'
import type { Json } from '../json.ts'
import { isHeadwaterError } from '../errors.ts'
import { sameJson } from '../json.ts'

/** What a case rejects with when the store does not keep the contract. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure'
}

export function expectTrue(condition: boolean, what: string): asserts condition {
  if (!condition) throw new ConformanceFailure(what)
}

/** Compares as JSON, so that only what the contract gives is looked at. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  if (sameJson(actual as Json, expected as Json)) return
  throw new ConformanceFailure(`${what}: expected ${shown(expected)}, found ${shown(actual)}`)
}

/** Resolves to the error, so that a case can look at its fields. */
export async function expectError(
  codes: ErrorCode | readonly ErrorCode[],
  action: Promise<unknown> | (() => Promise<unknown>),
  what: string,
): Promise<HeadwaterError> {
  const wanted = typeof codes === 'string' ? [codes] : codes
  let found: unknown
  try {
    found = await (typeof action === 'function' ? action() : action)
  } catch (error) {
    if (isHeadwaterError(error) && wanted.includes(error.code)) return error
    throw new ConformanceFailure(`${what}: expected an error with code ${wanted.join(' or ')}, found ${String(error)}`, {
      cause: error,
    })
  }
  throw new ConformanceFailure(
    `${what}: expected an error with code ${wanted.join(' or ')}, but it succeeded with ${shown(found)}`,
  )
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 400 ? `${text.slice(0, 400)} ... (${text.length} characters)` : text
}
