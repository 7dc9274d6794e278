import { platform } from './platform.ts'

/** The random bytes of one id, and of how many ids they are drawn at once: a call to the host costs as much as ten ids. */
const RANDOM_BYTES = 10
const DRAWN = 100

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

let pool: Uint8Array = new Uint8Array()
let used = 0

/**
 * A random UUID, version 7: unique anywhere, and sorted by the time it was made.
 *
 * @example newId() // '0190c9a4-5b1e-7c3d-8f00-2b6a1d9e4c77'
 */
export function newId(): string {
  if (used >= pool.length) {
    pool = platform.randomBytes(RANDOM_BYTES * DRAWN)
    used = 0
  }
  return uuidv7(Date.now(), pool, (used += RANDOM_BYTES) - RANDOM_BYTES)
}

/** A UUID v7 of a time in milliseconds and ten random bytes, those from `from` on. */
export function uuidv7(timeMs: number, random: Uint8Array, from = 0): string {
  const hex = (at: number): string => HEX[random[from + at] ?? 0] ?? ''
  const time = Math.max(0, Math.floor(timeMs)).toString(16).padStart(12, '0').slice(-12)
  const variant = HEX[((random[from + 2] ?? 0) & 0x3f) | 0x80] ?? ''
  const node = hex(4) + hex(5) + hex(6) + hex(7) + hex(8) + hex(9)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(0).slice(1)}${hex(1)}-${variant}${hex(3)}-${node}`
}
