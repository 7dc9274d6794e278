import { HeadwaterError } from './errors.ts'

/** Plain data as JSON can hold it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json
}

/** How deep event data may nest; deeper data kills structured clone and recursive readers. */
export const MAX_DEPTH = 64

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])
const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * The JSON text of `value`, after checking that the text gives the same value back.
 *
 * Refuses with `bad-data`, naming the path: numbers that are not finite, lone surrogates, nesting beyond
 * {@link MAX_DEPTH}, the keys `__proto__`, `constructor` and `prototype`, and anything that is not plain data
 * (functions, dates, class instances, bigints). A property whose value is `undefined` is left out.
 *
 * @example encodeJson({ name: 'Fido' }, 'data') // '{"name":"Fido"}'
 */
export function encodeJson(value: unknown, path: string): string {
  checkJson(value, path)
  return JSON.stringify(value)
}

/** Refuses with `bad-data` what {@link encodeJson} refuses. */
export function checkJson(value: unknown, path: string, maxDepth: number = MAX_DEPTH): void {
  check(value, path, maxDepth)
}

/** `value` as it comes back from storage: checked, without `undefined` properties, sharing nothing with the caller. */
export function copyJson(value: unknown, path: string): Json {
  return JSON.parse(encodeJson(value, path)) as Json
}

/** Whether two JSON values are equal, whatever the order of their keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  }
  const left = a as JsonObject
  const right = b as JsonObject
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]))
  )
}

/** Whether every character of `text` survives UTF-8. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text)
}

function check(value: unknown, path: string, depth: number): void {
  switch (typeof value) {
    case 'boolean':
      return
    case 'number':
      if (!Number.isFinite(value)) throw bad(path, 'a finite number', String(value))
      return
    case 'string':
      if (!isWellFormed(value)) throw bad(path, 'well-formed Unicode', 'a lone surrogate')
      return
    case 'object':
      break
    default:
      throw bad(path, 'plain JSON data', typeof value)
  }
  if (value === null) return
  if (depth <= 0) throw bad(path, 'no deeper nesting', 'more')
  if (Array.isArray(value)) {
    // A hole would come back as null, so it is checked like any other undefined.
    for (let i = 0; i < value.length; i++) check(value[i], `${path}[${i}]`, depth - 1)
    return
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
    throw bad(path, 'plain JSON data', `an instance of ${value.constructor.name}`)
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') throw bad(path, 'plain JSON data', 'an object with toJSON')
  for (const key of Object.keys(value)) {
    if (FORBIDDEN_KEYS.has(key)) throw bad(path, 'ordinary keys', `the key "${key}"`)
    if (!isWellFormed(key)) throw bad(path, 'well-formed Unicode', 'a key with a lone surrogate')
    const item = (value as Record<string, unknown>)[key]
    if (item !== undefined) check(item, `${path}.${key}`, depth - 1)
  }
}

function bad(path: string, expected: string, found: string): HeadwaterError {
  return new HeadwaterError('bad-data', `${path}: expected ${expected}, found ${found}`)
}
