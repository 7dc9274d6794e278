import type { ClientMessage, EventBatch } from '../protocol/messages.ts'
import type { Ledger, QueueChanges } from './ledger.ts'
import { HeadwaterError } from '../../errors.ts'

const NO_CHANGES: QueueChanges = new Map()

interface Following {
  readonly id: number
  readonly prefix: string
  position: number
  /** Whether a range came since the last heartbeat found it behind. */
  moved: boolean
}

/** Follows the replica's prefixes: asks for what is missing, and notices when something does not come. */
export class Puller {
  readonly #ledger: Ledger
  readonly #send: (message: ClientMessage) => void
  readonly #following = new Map<string, Following>()
  #nextId = 1
  #head = 0
  #most = 0

  constructor(ledger: Ledger, send: (message: ClientMessage) => void) {
    this.#ledger = ledger
    this.#send = send
  }

  /** How far all that is followed has come. */
  get cursor(): number {
    return this.#following.size === 0 ? 0 : Math.min(...[...this.#following.values()].map(({ position }) => position))
  }

  /** How far the authority's log goes, as far as heard. */
  get head(): number {
    return this.#following.size === 0 ? 0 : this.#head
  }

  /** @param most how many prefixes the server lets a client follow */
  async connected(head: number, most: number): Promise<void> {
    this.#head = head
    this.#most = most
    this.#following.clear()
    await this.refollow()
  }

  disconnected(): void {
    for (const following of this.#following.values()) following.moved = true
  }

  /** Brings the subscriptions in line with what the replica follows now; more than the server allows is `bad-configuration`. */
  async refollow(): Promise<void> {
    const { cursors } = await this.#ledger.counts()
    if (cursors.length > this.#most) {
      const message = `follow: the server allows ${this.#most} prefixes, this replica follows ${cursors.length}`
      throw new HeadwaterError('bad-configuration', message)
    }
    for (const { prefix, id } of this.#following.values()) {
      if (cursors.some((cursor) => cursor.prefix === prefix)) continue
      this.#following.delete(prefix)
      this.#send({ type: 'unsubscribe', id })
    }
    for (const { prefix, position } of cursors) {
      const known = this.#following.get(prefix)
      // One that was dropped and taken up again meanwhile starts from the beginning.
      if (known?.position === position) continue
      const following: Following = { id: known?.id ?? this.#nextId++, prefix, position, moved: true }
      this.#following.set(prefix, following)
      this.#subscribe(following)
    }
  }

  /** Stores a range and acknowledges it; one that does not continue the cursor is asked for again from there. */
  async take(batch: EventBatch): Promise<QueueChanges> {
    this.heardOf(batch.head)
    const following = [...this.#following.values()].find(({ id }) => id === batch.id)
    // What came twice is here already; only what is missing is worth asking for.
    if (following === undefined || (batch.upTo <= following.position && batch.after < following.position)) return NO_CHANGES
    const { applied, changes } = await this.#ledger.take(following.prefix, batch)
    if (!applied) {
      await this.#startOver(following)
      return NO_CHANGES
    }
    following.position = batch.upTo
    following.moved = true
    this.#send({ type: 'ack', id: batch.id, upTo: batch.upTo })
    return changes
  }

  /** The log goes at least this far. */
  heardOf(position: number): void {
    this.#head = Math.max(this.#head, position)
  }

  /** Connected, quiet and behind: what should have come was lost, so it is asked for again. */
  heartbeat(head: number): void {
    this.heardOf(head)
    for (const following of this.#following.values()) {
      if (following.position >= head) continue
      if (!following.moved) this.#subscribe(following)
      following.moved = false
    }
  }

  async #startOver(following: Following): Promise<void> {
    const { cursors } = await this.#ledger.counts()
    const cursor = cursors.find(({ prefix }) => prefix === following.prefix)
    if (cursor === undefined) return
    // A range that comes twice is answered by the one that is already on its way.
    following.position = cursor.position
    this.#subscribe(following)
  }

  #subscribe({ id, prefix, position }: Following): void {
    this.#send({ type: 'subscribe', id, prefix, after: position })
  }
}
