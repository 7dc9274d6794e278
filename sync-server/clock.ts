/** Time and timers, handed in so that a simulator can own them. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls back once after the delay; returns what cancels it, also when it is over. */
  setTimer(run: () => void, delayMs: number): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(run, delayMs) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
