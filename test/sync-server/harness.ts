import type { Json } from '../../src/json.ts'
import type { EventStore } from '../../src/store.ts'
import type { RecordedEvent, StreamEvent } from '../../src/event.ts'
import type { ClientMessage, Hello, PushResult, ServerMessage, WireCommit } from '../../src/sync/protocol/messages.ts'
import type { Clock, Session, SyncServer, Wire } from '../../sync-server/index.ts'
import { newId } from '../../src/ids.ts'
import { decodeServerMessage } from '../../src/sync/protocol/decode.ts'

let pushes = 0

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { readonly type: T }>

/** A client as bare as it gets: it says what a test wants said, and keeps what it hears. */
export class Peer {
  readonly heard: ServerMessage[] = []
  readonly frames: string[] = []
  closed: { readonly code: number; readonly reason: string } | undefined
  /** What the wire claims to hold back. */
  buffered = 0
  readonly session: Session
  readonly #waiting = new Set<() => void>()

  constructor(server: SyncServer, address?: string) {
    const wire: Wire = {
      send: (text) => {
        this.frames.push(text)
        this.heard.push(decodeServerMessage(text))
        this.#changed()
      },
      close: (code, reason) => {
        this.closed ??= { code, reason }
        this.#changed()
      },
      bufferedAmount: () => this.buffered,
    }
    this.session = server.connect(wire, address === undefined ? {} : { address })
  }

  say(message: ClientMessage): void {
    this.session.receive(JSON.stringify(message))
  }

  /** Resolves once `look` finds something in what was heard so far. */
  until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const check = (): void => {
        const found = look()
        if (found === undefined) return
        this.#waiting.delete(check)
        resolve(found)
      }
      this.#waiting.add(check)
      check()
    })
  }

  all<T extends ServerMessage['type']>(type: T): Of<T>[] {
    return this.heard.filter((message): message is Of<T> => message.type === type)
  }

  /** The message of a type, the `nth` of them. */
  hear<T extends ServerMessage['type']>(type: T, nth = 0): Promise<Of<T>> {
    return this.until(() => this.all(type)[nth])
  }

  end(): Promise<{ readonly code: number; readonly reason: string }> {
    return this.until(() => this.closed)
  }

  async hello(given: Partial<Hello> = {}): Promise<Of<'welcome'>> {
    this.say(hello(given))
    return this.hear('welcome')
  }

  async push(commits: readonly WireCommit[], id = ++pushes): Promise<readonly PushResult[]> {
    this.say({ type: 'push', id, commits })
    const pushed = await this.until(() => this.all('pushed').find((message) => message.id === id))
    return pushed.results
  }

  /** What a subscription was sent; throws when a batch does not continue the one before. */
  received(id: number, after = 0): RecordedEvent[] {
    let cursor = after
    return this.all('batch')
      .filter((batch) => batch.id === id)
      .flatMap((batch) => {
        if (batch.after !== cursor) throw new Error(`batch after ${batch.after}, cursor ${cursor}`)
        cursor = batch.upTo
        return batch.events
      })
  }

  cursor(id: number): number | undefined {
    return this.all('batch').findLast((batch) => batch.id === id)?.upTo
  }

  /** Acknowledges every batch from now on. */
  acknowledgeAll(): this {
    let seen = 0
    const check = (): void => {
      const batches = this.all('batch')
      while (seen < batches.length) {
        const { id, upTo } = batches[seen++]!
        this.say({ type: 'ack', id, upTo })
      }
    }
    this.#waiting.add(check)
    check()
    return this
  }

  #changed(): void {
    for (const check of [...this.#waiting]) check()
  }
}

export function hello(given: Partial<Hello> = {}): Hello {
  return { type: 'hello', protocol: { min: 1, max: 1 }, replicaId: newId(), ...given }
}

export async function welcomed(server: SyncServer, given: Partial<Hello> = {}): Promise<Peer> {
  const peer = new Peer(server)
  await peer.hello(given)
  return peer
}

/** A commit with one event per entry: a stream and the version it is to take. */
export function commit(...entries: readonly (readonly [stream: string, version: number, data?: Json])[]): WireCommit {
  const id = newId()
  const events = entries.map(([stream, version, data = { n: version }]): StreamEvent => ({
    id: newId(),
    stream,
    version,
    type: 'Happened',
    data,
    metadata: { commitId: id, time: '2026-01-01T00:00:00.000Z' },
  }))
  return { id, events }
}

/** Stores an event the way a backend would, past the sync server. */
export async function backendAppend(
  store: EventStore,
  stream: string,
  count = 1,
  data: Json = {},
): Promise<readonly RecordedEvent[]> {
  const events = Array.from({ length: count }, () => ({ id: newId(), stream, type: 'Happened', data }))
  return store.append({ events, expect: { [stream]: 'any' } })
}

export async function contents(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for await (const event of store.readAll()) events.push(event)
  return events
}

/** Time that passes when a test says so. */
export class ManualClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z')
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>()

  now(): number {
    return this.#now
  }

  get pending(): number {
    return this.#timers.size
  }

  setTimer(run: () => void, delayMs: number): () => void {
    // Hosts fire such a timer at once.
    if (delayMs > 2 ** 31 - 1) throw new Error(`a timer of ${delayMs} ms overflows`)
    const timer = { at: this.#now + delayMs, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.run()
    }
    this.#now = end
  }
}

/** A gate that calls wait at until it opens. */
export class Gate {
  waiting = 0
  #open!: () => void
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve
  })

  async pass(): Promise<void> {
    this.waiting++
    await this.#opened
  }

  open(): void {
    this.#open()
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
