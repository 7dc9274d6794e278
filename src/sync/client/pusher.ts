import type { Answer } from '../replica/settle.ts'
import type { ClientMessage, Limits, Pushed } from '../protocol/messages.ts'
import type { Ledger, QueueChanges } from './ledger.ts'
import type { Reason } from './status.ts'
import type { PendingCommit } from '../replica/records.ts'
import { HeadwaterError } from '../../errors.ts'
import { PushQueue } from './push-queue.ts'

const PAGE = 1000
const PUSHES_IN_FLIGHT = 4
/** A push that was not answered while so many heartbeats came was lost, or its answer was. */
const PATIENCE = 3

/** A push on its way. */
interface Flight {
  readonly commits: readonly PendingCommit[]
  heartbeats: number
}

/** Pushes pending commits, several lanes at a time, and takes the answers. */
export class Pusher {
  readonly #ledger: Ledger
  readonly #send: (message: ClientMessage) => void
  readonly #queue = new PushQueue()
  readonly #inFlight = new Map<number, Flight>()
  #limits: Limits | undefined
  #nextId = 1

  constructor(ledger: Ledger, send: (message: ClientMessage) => void) {
    this.#ledger = ledger
    this.#send = send
  }

  /** Whether commits are on their way to the server. */
  get moving(): boolean {
    return this.#inFlight.size > 0
  }

  /** Why pending commits cannot be pushed, when none is on its way though there are some. */
  get stuck(): Reason | undefined {
    const held = this.#limits === undefined || this.moving ? undefined : this.#queue.held()
    return held === undefined ? undefined : { code: 'held', message: held }
  }

  connected(limits: Limits): void {
    this.#limits = limits
  }

  /** What was on its way may or may not have arrived: it is pushed again, and answered as the first time. */
  disconnected(): void {
    this.#limits = undefined
    this.#inFlight.clear()
    this.#queue.releaseAll()
  }

  /** Takes over what the replica did to pending commits. */
  update(changes: QueueChanges): void {
    for (const [seq, commit] of changes) this.#queue.update(seq, commit)
  }

  /** Sends whatever may go now. */
  async push(): Promise<void> {
    const limits = this.#limits
    if (limits === undefined) return
    while (this.#inFlight.size < Math.min(PUSHES_IN_FLIGHT, limits.pushesInFlight)) {
      if (!(await this.#sendOne(limits))) return
    }
  }

  /** Takes the answers to one push. */
  async pushed({ id, results }: Pushed): Promise<void> {
    const commits = this.#inFlight.get(id)?.commits
    if (commits === undefined) return
    if (results.length !== commits.length || results.some(({ commit }, i) => commit !== commits[i]?.id)) {
      throw new HeadwaterError('protocol', `push ${id}: expected one answer for each of its ${commits.length} commits, in order`)
    }
    const answers = results.map((result, i): Answer => {
      const { seq = 0, events = [] } = commits[i] ?? {}
      const eventIds = events.map((event) => event.id)
      if (result.outcome === 'accepted' && result.events.map((event) => event.id).join() !== eventIds.join()) {
        throw new HeadwaterError(
          'protocol',
          `push ${id}: expected the accepted events of commit "${result.commit}", found others`,
        )
      }
      return { seq, eventIds, result }
    })
    const changes = await this.#ledger.settle(answers)
    this.#inFlight.delete(id)
    this.#queue.release(commits.map(({ seq }) => seq))
    this.update(changes)
    // Pushed again as it is, it would conflict again: it waits for the log to bring what it lacks.
    for (const { seq, result } of answers) if (result.outcome === 'conflict' && !changes.has(seq)) this.#queue.park(seq)
  }

  /** Lets what waited for the log try again; `false` when an answer is overdue. */
  heartbeat(): boolean {
    this.#queue.unpark()
    return [...this.#inFlight.values()].every((flight) => ++flight.heartbeats <= PATIENCE)
  }

  async #sendOne(limits: Limits): Promise<boolean> {
    let taken = this.#queue.take(limits.commitsPerPush)
    // Only when the known ones do not fill a push are more looked up.
    while (taken.length < limits.commitsPerPush) {
      const page = await this.#ledger.pendingAfter(this.#queue.last, PAGE)
      if (page.length === 0) break
      this.#queue.add(page)
      taken = [...taken, ...this.#queue.take(limits.commitsPerPush - taken.length, taken)]
    }
    if (taken.length === 0) return false
    const found = await this.#ledger.toPush(taken.map(({ seq }) => seq))
    const tooBig = found.filter((commit) => !allowed(commit, limits))
    if (tooBig.length > 0) {
      // Pushed, they would end the connection again and again, and hold up everything else.
      this.#queue.release(taken.map(({ seq }) => seq))
      this.update(await this.#ledger.settle(tooBig.map((commit) => refusal(commit, limits))))
      return true
    }
    const commits = fitting(found, limits)
    const sent = new Set(commits.map(({ seq }) => seq))
    this.#queue.release(taken.map(({ seq }) => seq).filter((seq) => !sent.has(seq)))
    if (commits.length === 0 || this.#limits !== limits) {
      this.#queue.release(sent)
      return false
    }
    const id = this.#nextId++
    this.#inFlight.set(id, { commits, heartbeats: 0 })
    this.#send({ type: 'push', id, commits: commits.map((commit) => ({ id: commit.id, events: commit.events })) })
    return true
  }
}

function allowed({ events }: PendingCommit, { eventsPerCommit, messageLength }: Limits): boolean {
  return events.length <= eventsPerCommit && lengthOf(events) < messageLength - 200
}

function refusal({ id, seq, events }: PendingCommit, { eventsPerCommit, messageLength }: Limits): Answer {
  const message = `the server takes ${eventsPerCommit} events and ${messageLength} characters a commit, found ${events.length} and ${lengthOf(events)}`
  const result = { commit: id, outcome: 'refused', code: 'commit-too-big', message } as const
  return { seq, eventIds: events.map((event) => event.id), result }
}

function lengthOf(events: PendingCommit['events']): number {
  return JSON.stringify(events).length + 100
}

/** The first commits that fit in one message; at least one. */
function fitting(commits: readonly PendingCommit[], { messageLength }: Limits): readonly PendingCommit[] {
  let length = 0
  let count = 0
  for (const { events } of commits) {
    length += lengthOf(events)
    if (count > 0 && length > messageLength / 2) break
    count++
  }
  return commits.slice(0, count)
}
