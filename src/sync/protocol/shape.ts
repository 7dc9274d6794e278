import type { Json } from '../../json.ts'
import { HeadwaterError } from '../../errors.ts'
import { checkStreamName, checkTypeName, checkUuid } from '../../names.ts'
import { isWellFormed } from '../../json.ts'

/** Turns a value from outside into a `T`, or throws `protocol` with the path, what was expected and what was found. */
export type Shape<T> = (value: unknown, path: string) => T

type Fields<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Shape<T[K]>
}

interface Optional<T> {
  readonly optional: Shape<T>
}

/** A field that may be absent. */
export function optional<T>(shape: Shape<T>): Optional<T> {
  return { optional: shape }
}

/** An object with these fields and no others. */
export function object<T extends object>(fields: Fields<T>): Shape<T> {
  const entries = new Map(Object.entries(fields) as [string, Shape<unknown> | Optional<unknown>][])
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object', value)
    for (const key of Object.keys(value)) if (!entries.has(key)) throw wrong(path, 'only known fields', key)
    const result: Record<string, unknown> = {}
    for (const [key, shape] of entries) {
      const item = (value as Record<string, unknown>)[key]
      if (typeof shape === 'function') result[key] = shape(item, `${path}.${key}`)
      else if (item !== undefined) result[key] = shape.optional(item, `${path}.${key}`)
    }
    return result as T
  }
}

/** A list of at most `max` items. */
export function list<T>(item: Shape<T>, max: number): Shape<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrong(path, 'a list', value)
    if (value.length > max) throw wrong(path, `at most ${max} items`, value.length)
    return value.map((entry, i) => item(entry, `${path}[${i}]`))
  }
}

/** One of several objects, told apart by a field. */
export function oneOf<T>(field: string, shapes: Readonly<Record<string, Shape<T>>>): Shape<T> {
  const byName = new Map(Object.entries(shapes))
  return (value, path) => {
    const name = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined
    const shape = typeof name === 'string' ? byName.get(name) : undefined
    if (shape === undefined) throw wrong(`${path}.${field}`, [...byName.keys()].join(' | '), name)
    return shape(value, path)
  }
}

/** Exactly this text. */
export function literal<const T extends string>(text: T): Shape<T> {
  return (value, path) => {
    if (value !== text) throw wrong(path, `"${text}"`, value)
    return text
  }
}

/** An integer from `min` to `max`. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return (value, path) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
      throw wrong(path, `an integer from ${min} to ${max}`, value)
    }
    return value
  }
}

/** Well-formed text of at most `max` UTF-16 code units. */
export function text(max: number): Shape<string> {
  return (value, path) => {
    if (typeof value !== 'string' || value.length > max || !isWellFormed(value))
      throw wrong(path, `text of at most ${max}`, value)
    return value
  }
}

/** A lower-case UUID. */
export const uuid: Shape<string> = (value, path) => guarded(() => checkUuid(value, path), value as string)

/** A stream name. */
export const stream: Shape<string> = (value, path) => guarded(() => checkStreamName(value), value as string, path)

/** An event type. */
export const typeName: Shape<string> = (value, path) => guarded(() => checkTypeName(value, path), value as string)

/** Anything JSON has, as decoding has checked it: depth, keys and text. */
export const json: Shape<Json> = (value, path) => {
  if (value === undefined) throw wrong(path, 'JSON', value)
  return value as Json
}

/** A JSON object, likewise. */
export const jsonObject: Shape<{ readonly [key: string]: Json }> = (value, path) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object', value)
  return value as { readonly [key: string]: Json }
}

function guarded<T>(check: () => void, value: T, path = ''): T {
  try {
    check()
  } catch (cause) {
    throw new HeadwaterError('protocol', `${path === '' ? '' : `${path}: `}${(cause as Error).message}`, { cause })
  }
  return value
}

function wrong(path: string, expected: string, found: unknown): HeadwaterError {
  return new HeadwaterError('protocol', `${path}: expected ${expected}, found ${shown(found)}`)
}

function shown(found: unknown): string {
  if (typeof found === 'string') return JSON.stringify(found.slice(0, 60))
  return typeof found === 'number' || typeof found === 'boolean' || found === null
    ? String(found)
    : `a value of type ${typeof found}`
}
