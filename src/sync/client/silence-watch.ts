import type { SyncHost } from './host.ts'

/** Takes a connection for dead when nothing was heard of it for too long. */
export class SilenceWatch {
  readonly #host: SyncHost
  readonly #onSilence: (silentMs: number) => void
  #limitMs = 0
  #heardAt = 0
  #cancel: (() => void) | undefined

  constructor(host: SyncHost, onSilence: (silentMs: number) => void) {
    this.#host = host
    this.#onSilence = onSilence
  }

  /** From now on something has to be heard at least this often. */
  start(limitMs: number): void {
    this.stop()
    this.#limitMs = limitMs
    this.heard()
    this.#lookIn(limitMs)
  }

  heard(): void {
    this.#heardAt = this.#host.now()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #lookIn(delayMs: number): void {
    this.#cancel = this.#host.setTimer(delayMs, () => {
      // A clock that was set back would make the silence negative, and the wait longer than the limit.
      const silentMs = Math.max(0, this.#host.now() - this.#heardAt)
      if (silentMs < this.#limitMs) this.#lookIn(this.#limitMs - silentMs)
      else this.#onSilence(silentMs)
    })
  }
}
