import type { Json, JsonObject } from '../../src/index.ts'

/** A place in a message: the keys and indexes that lead to it. */
export type Path = readonly (string | number)[]

/** Whether a place is inside an event's own data or metadata, where the app decides what there is. */
export function isOfTheApp(path: Path): boolean {
  return path.includes('data') || path.includes('metadata')
}

/** Every place in a value, itself first. */
export function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const items: readonly (readonly [string | number, Json])[] = isList(value) ? [...value.entries()] : Object.entries(value)
  return [path, ...items.flatMap(([key, item]) => pathsOf(item, [...path, key]))]
}

export function at(value: Json, path: Path): Json {
  return path.reduce<Json>((inner, key) => (isList(inner) ? inner[Number(key)] : (inner as JsonObject)[key]) ?? null, value)
}

/** The value with something else at a place; `undefined` takes away what is there. */
export function replaced(value: Json, [key, ...rest]: Path, item: Json | undefined): Json | undefined {
  if (key === undefined) return item
  const inner = replaced(at(value, [key]), rest, item)
  if (isList(value)) return value.flatMap((entry, i) => (i === key ? (inner === undefined ? [] : [inner]) : [entry]))
  const entries = Object.entries(value as JsonObject).filter(([name]) => name !== key)
  return Object.fromEntries(inner === undefined ? entries : [...entries, [key, inner]])
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value)
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
