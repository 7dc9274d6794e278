import { setImmediate } from 'node:timers/promises'
import type { PreparedBatch, RecordedEvent } from '../../src/index.ts'
import type { Outcome } from './write-group.ts'

// A group is written in one go, while the event loop stands still: about 20 ms for this many events.
const MAX_GROUP_EVENTS = 1000

interface Waiting {
  readonly batch: PreparedBatch
  readonly resolve: (events: readonly RecordedEvent[]) => void
  readonly reject: (reason: unknown) => void
}

/** Collects the appends of one turn of the event loop and writes them together, strictly in the order they came. */
export class GroupCommit {
  readonly #write: (batches: readonly PreparedBatch[]) => Promise<readonly Outcome[]>
  #queue: Waiting[] = []
  #running: Promise<void> | undefined

  /** @param write resolves with one outcome for each batch; never rejects */
  constructor(write: (batches: readonly PreparedBatch[]) => Promise<readonly Outcome[]>) {
    this.#write = write
  }

  add(batch: PreparedBatch): Promise<readonly RecordedEvent[]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves when everything added so far has been answered. */
  async drained(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      await setImmediate()
      const group = this.#takeGroup()
      const outcomes = await this.#write(group.map(({ batch }) => batch))
      for (const [i, { resolve, reject }] of group.entries()) {
        const outcome = outcomes[i]
        if (outcome?.status === 'fulfilled') resolve(outcome.value)
        else reject(outcome?.reason)
      }
    }
    this.#running = undefined
  }

  #takeGroup(): readonly Waiting[] {
    let events = 0
    const end = this.#queue.findIndex(({ batch }, i) => (events += batch.events.length) > MAX_GROUP_EVENTS && i > 0)
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end)
  }
}
