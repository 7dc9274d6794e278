const FIRST_MS = 500
const LONGEST_MS = 30_000

/** How long to wait before attempt `n` (from 0), with full jitter: `random` is from 0 up to but not including 1. */
export function retryDelayMs(attempt: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16)) * random
}
