import type { ReplicaTransaction } from './storage.ts'
import type { Verdict } from '../../store.ts'
import { HeadwaterError } from '../../errors.ts'

interface Waiter {
  readonly resolve: (verdict: Verdict) => void
  readonly reject: (error: unknown) => void
}

type Read = <T>(work: (tx: ReplicaTransaction) => Promise<T>) => Promise<T>

/** Those who wait for verdicts: all of them are looked up in one transaction after a change, however many they are. */
export class Verdicts {
  readonly #read: Read
  readonly #onChange: (listener: () => void) => () => void
  readonly #waiting = new Map<string, Waiter[]>()
  #looking = false
  #again = false
  #stopListening: (() => void) | undefined

  /** @param onChange calls back after each change, also when the replica closes */
  constructor(read: Read, onChange: (listener: () => void) => () => void) {
    this.#read = read
    this.#onChange = onChange
  }

  /** Resolves once there is a verdict; rejects with `not-found` for a commit the replica never had. */
  async of(commitId: string): Promise<Verdict> {
    const known = await this.#read(async (tx) => (await receipt(tx, commitId)) ?? (await checkPending(tx, commitId)))
    if (known !== undefined) return known
    this.#stopListening ??= this.#onChange(() => this.#look())
    const verdict = new Promise<Verdict>((resolve, reject) => {
      this.#waiting.set(commitId, [...(this.#waiting.get(commitId) ?? []), { resolve, reject }])
    })
    // It may have come between looking and waiting.
    this.#look()
    return verdict
  }

  #look(): void {
    this.#again = true
    if (this.#looking || this.#waiting.size === 0) return
    this.#looking = true
    void this.#run()
  }

  async #run(): Promise<void> {
    while (this.#again && this.#waiting.size > 0) {
      this.#again = false
      const ids = [...this.#waiting.keys()]
      try {
        const found = await this.#read((tx) => Promise.all(ids.map((id) => receipt(tx, id))))
        found.forEach((verdict, i) => verdict !== undefined && this.#settle(ids[i] ?? '', (waiter) => waiter.resolve(verdict)))
      } catch (error) {
        for (const id of ids) this.#settle(id, (waiter) => waiter.reject(error))
      }
    }
    // In the same turn as the loop's last look at what is asked: nobody asks in between without being heard.
    this.#looking = false
  }

  #settle(commitId: string, settle: (waiter: Waiter) => void): void {
    const waiters = this.#waiting.get(commitId) ?? []
    this.#waiting.delete(commitId)
    if (this.#waiting.size === 0) {
      this.#stopListening?.()
      this.#stopListening = undefined
    }
    waiters.forEach(settle)
  }
}

async function receipt(tx: ReplicaTransaction, commitId: string): Promise<Verdict | undefined> {
  const record = await tx.get('receipts', commitId)
  return record === undefined ? undefined : (JSON.parse(record.value) as Verdict)
}

/** Newest first: whoever asks has most likely just made it. */
async function checkPending(tx: ReplicaTransaction, commitId: string): Promise<undefined> {
  for (let upTo = Number.MAX_SAFE_INTEGER; ;) {
    const page = await tx.range('pending', { upTo, backwards: true, limit: upTo === Number.MAX_SAFE_INTEGER ? 1 : 500 })
    if (page.some(({ value }) => value.startsWith(`{"id":"${commitId}"`))) return undefined
    const last = page.at(-1)
    if (last === undefined) throw new HeadwaterError('not-found', `this replica never had a commit "${commitId}"`)
    upTo = Number(last.key) - 1
  }
}
