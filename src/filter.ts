import type { Filter, LogRange, StreamRange } from './store.ts'
import { HeadwaterError } from './errors.ts'
import { category } from './names.ts'

/** A range with its defaults filled in. */
export interface Bounds {
  readonly after: number
  readonly upTo: number
  readonly backwards: boolean
  readonly limit: number
}

/** Whether an event passes a filter; one function for a whole read. */
export function matcher({
  types,
  categories,
  prefix,
}: Filter): (event: { readonly stream: string; readonly type: string }) => boolean {
  const typeSet = types && new Set(types)
  const categorySet = categories && new Set(categories)
  return ({ stream, type }) =>
    (typeSet === undefined || typeSet.has(type)) &&
    (categorySet === undefined || categorySet.has(category(stream))) &&
    (prefix === undefined || stream.startsWith(prefix))
}

/** The bounds of a read of the whole log; refuses with `bad-data` a bound that is not an integer. */
export function logBounds(range: LogRange): Bounds {
  return bounds(range, 0)
}

/** The bounds of a read of one stream; refuses with `bad-data` a bound that is not an integer. */
export function streamBounds(range: StreamRange): Bounds {
  return bounds(range, -1)
}

function bounds(range: StreamRange, start: number): Bounds {
  const { after = start, upTo = Number.MAX_SAFE_INTEGER, backwards = false, limit = Number.MAX_SAFE_INTEGER } = range
  for (const [name, value] of Object.entries({ after, upTo, limit })) {
    if (!Number.isSafeInteger(value)) throw new HeadwaterError('bad-data', `${name}: expected an integer, found ${String(value)}`)
  }
  if (limit < 0) throw new HeadwaterError('bad-data', `limit: expected 0 or more, found ${limit}`)
  return { after, upTo, backwards, limit }
}
