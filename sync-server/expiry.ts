import type { Clock } from './clock.ts'

/** How long before the end a fresh token is asked for; sooner when the token is short-lived. */
const RENEW_MS = 60_000
/** Timers of hosts overflow beyond 24 days; looking again each day also follows a clock that was set. */
const MAX_DELAY_MS = 86_400_000

/** Watches the end of a principal's token. */
export class Expiry {
  readonly #clock: Clock
  readonly #renew: () => void
  readonly #expired: () => void
  #end = Infinity
  #cancel: (() => void) | undefined

  constructor(clock: Clock, renew: () => void, expired: () => void) {
    this.#clock = clock
    this.#renew = renew
    this.#expired = expired
  }

  get passed(): boolean {
    return this.#clock.now() >= this.#end
  }

  /** Watches another end; `undefined` is never. */
  set(end: Date | undefined): void {
    this.cancel()
    this.#end = end?.getTime() ?? Infinity
    if (this.#end === Infinity) return
    const left = this.#end - this.#clock.now()
    this.#at(this.#end - Math.min(RENEW_MS, left / 2), () => {
      this.#renew()
      this.#at(this.#end, this.#expired)
    })
  }

  cancel(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #at(time: number, run: () => void): void {
    const left = time - this.#clock.now()
    this.#cancel = this.#clock.setTimer(
      () => (this.#clock.now() >= time ? run() : this.#at(time, run)),
      Math.min(Math.max(left, 0), MAX_DELAY_MS),
    )
  }
}
