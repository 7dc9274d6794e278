import { platform } from './platform.ts'

/**
 * A random UUID, version 7: unique anywhere, and sorted by the time it was made.
 *
 * @example newId() // '0190c9a4-5b1e-7c3d-8f00-2b6a1d9e4c77'
 */
export function newId(): string {
  return uuidv7(Date.now(), platform.randomBytes(10))
}

/** A UUID v7 of a time in milliseconds and ten random bytes. */
export function uuidv7(timeMs: number, random: Uint8Array): string {
  const hex = Array.from(random.subarray(0, 10), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const time = Math.max(0, Math.floor(timeMs)).toString(16).padStart(12, '0').slice(-12)
  const variant = ((random[2] ?? 0) & 0x3f) | 0x80
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(1, 4)}-${variant.toString(16)}${hex.slice(6, 8)}-${hex.slice(8, 20)}`
}
