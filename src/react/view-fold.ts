import type { Application } from '../application/application.ts'
import type { BeyondLog } from '../sync/replica/beyond-log.ts'
import type { View } from './view.ts'
import { Replica } from '../sync/replica/replica.ts'
import { matcher } from '../filter.ts'

/**
 * A view's state, kept up to date at the price of what is new: the log is folded once, from where the last fold
 * ended; what lies beyond it (pending commits above all) is folded on top, dropped, and folded again.
 */
export class ViewFold<S> {
  readonly #application: Application
  readonly #view: View<S>
  readonly #matches: ReturnType<typeof matcher>
  #log: string | undefined
  #head = 0
  #confirmed: S
  #overlay: readonly string[] = []

  constructor(application: Application, view: View<S>) {
    this.#application = application
    this.#view = view
    this.#matches = matcher(view)
    this.#confirmed = view.initial
  }

  /** The state now; `before` itself when nothing that it shows changed since it was given. */
  async read(before: S): Promise<S> {
    const { head, log, events } = await beyondLog(this.#application)
    const first = this.#log === undefined
    // Another log, or one that lost its end when other prefixes were followed.
    const restarted = log !== this.#log || head < this.#head
    const from = restarted ? { state: this.#view.initial, head: 0 } : { state: this.#confirmed, head: this.#head }
    const confirmed = await this.#fold(from.state, from.head, head)
    const shown = events.filter(this.#matches)
    const same = !first && !restarted && confirmed === this.#confirmed && sameIds(this.#overlay, shown)
    this.#log = log
    this.#head = head
    this.#confirmed = confirmed
    if (same) return before
    this.#overlay = shown.map(({ id }) => id)
    const { registry } = this.#application
    return shown.reduce<S>((state, event) => this.#view.on(state, registry.current(event)), confirmed)
  }

  async #fold(state: S, after: number, upTo: number): Promise<S> {
    if (upTo <= after) return state
    const { types, categories, prefix } = this.#view
    const filter = { ...(types && { types }), ...(categories && { categories }), ...(prefix !== undefined && { prefix }) }
    let folded = state
    for await (const event of this.#application.log({ ...filter, after, upTo })) folded = this.#view.on(folded, event)
    return folded
  }
}

async function beyondLog({ store }: Application): Promise<BeyondLog> {
  return store instanceof Replica ? store.unconfirmed() : { head: await store.head(), log: await store.logId(), events: [] }
}

function sameIds(before: readonly string[], now: readonly { readonly id: string }[]): boolean {
  return before.length === now.length && now.every(({ id }, i) => id === before[i])
}
